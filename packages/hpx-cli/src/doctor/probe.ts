import type { HttpBody } from "hpx-transport/http";
import type { Head, Probe, SeenEvent } from "./evidence.js";
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
  const timer = setTimeout(() => over.abort(new Error(`nothing was answered within ${time} ms`)), time);
  try {
    const { hops, url, outcome } = await send({ ...options, signal });
    const at = now();
    const taker = new NoteTaker(at);
    if (outcome instanceof Error) {
      const watched = now();
      return { hops, url, head: undefined, failure: outcome, notes: taker.notes(watched), end: undefined, watched };
    }
    const { status, headers, body } = outcome;
    const head = { at, status, headers };
    onHead?.(head);
    const end = await watch(body, taker, signal, now, options);
    const watched = now();
    return { hops, url, head, failure: undefined, notes: taker.notes(end?.at ?? watched), end, watched };
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
