import type { HttpBody } from "hpx-transport/http";
import type { Head, Probe, SeenEvent } from "./evidence.js";
import { bodyText } from "../server-text.js";
import { isStreamHead } from "./facts.js";
import { NoteTaker } from "./note-taker.js";
import { type ProbeRequest, send } from "./send.js";

/** What to ask for, and for how long to watch the answer. */
export interface ProbeOptions extends Omit<ProbeRequest, "signal"> {
  /** In milliseconds, from the request on. */
  readonly time: number;
  /** Ends the watch early. */
  readonly stop: AbortSignal;
  /** Ends the watch when it was enough. */
  readonly enough?: (events: readonly SeenEvent[]) => boolean;
  /** Called when the head arrives. */
  readonly onHead?: (head: Head) => void;
  /** Called after each chunk with the number of events so far. */
  readonly onProgress?: (events: number) => void;
}

/** Sends one request and watches the response. Never rejects, and closes its connection. */
export async function probe(options: ProbeOptions): Promise<Probe> {
  const { time, stop, onHead } = options;
  const start = performance.now();
  const now = (): number => performance.now() - start;
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, stop]);
  const timer = setTimeout(() => over.abort(new Error(`nothing was answered within ${Math.round(time)} ms`)), time);
  try {
    const { hops, url, outcome } = await send({ ...options, signal });
    const at = now();
    const taker = new NoteTaker(at);
    if (outcome instanceof Error) {
      const watched = now();
      const none = { head: undefined, serverSays: undefined, end: undefined };
      return { hops, url, ...none, failure: outcome, notes: taker.notes(watched), watched };
    }
    const { status, headers, body } = outcome;
    const head = { at, status, headers };
    onHead?.(head);
    if (!isStreamHead(head)) {
      const serverSays = bodyText(await readStart(body, signal), options.options.secrets);
      const watched = now();
      return { hops, url, head, failure: undefined, serverSays, notes: taker.notes(watched), end: undefined, watched };
    }
    const end = await watch(body, taker, signal, now, options);
    const watched = now();
    const notes = taker.notes(end?.at ?? watched);
    return { hops, url, head, failure: undefined, serverSays: undefined, notes, end, watched };
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** Resolves with how the body ended, or with undefined when the watch was over first. */
function watch(
  body: HttpBody,
  taker: NoteTaker,
  signal: AbortSignal,
  now: () => number,
  { enough, onProgress }: ProbeOptions,
): Promise<Probe["end"]> {
  return new Promise((resolve) => {
    const finish = (end?: Probe["end"]): void => {
      signal.removeEventListener("abort", onAbort);
      resolve(end);
    };
    const onAbort = (): void => finish();
    if (signal.aborted) return finish();
    signal.addEventListener("abort", onAbort);
    body.consume({
      onChunk(bytes) {
        taker.chunk(bytes, now());
        onProgress?.(taker.eventCount);
        if (enough?.(taker.events)) finish();
      },
      onEnd: () => finish({ at: now(), error: undefined }),
      onError: (error) => finish({ at: now(), error }),
    });
  });
}

/** How much of a body that is no stream is read, in bytes and milliseconds. */
const START = { size: 1024, time: 1000 };

/** The beginning of a body as text, as much as comes in time. */
function readStart(body: HttpBody, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let missing = START.size;
    const over = AbortSignal.any([signal, AbortSignal.timeout(START.time)]);
    const finish = (): void => {
      over.removeEventListener("abort", finish);
      body.abort();
      resolve(new TextDecoder().decode(Buffer.concat(chunks)));
    };
    if (over.aborted) return finish();
    over.addEventListener("abort", finish);
    body.consume({
      onChunk(bytes) {
        if (missing === 0) return;
        // The bytes are the client's after this call.
        chunks.push(Uint8Array.from(bytes.subarray(0, missing)));
        missing = Math.max(0, missing - bytes.length);
        if (missing === 0) finish();
      },
      onEnd: finish,
      onError: finish,
    });
  });
}
