import { textAsBytes } from "hpx-transport/http";
import { SseConfig } from "hpx-transport/sse";
import type { RequestOptions } from "../request/request.js";
import type { Evidence, Head, Probe, Reconnect, SeenEvent } from "./evidence.js";
import { idsOf, isEncoded, isHeldBack, isStreamHead } from "./facts.js";
import { LONGEST_ID } from "./note-taker.js";
import { probe } from "./probe.js";

/** How an endpoint is examined. */
export interface ExamineOptions {
  readonly request: RequestOptions;
  /** How many milliseconds it may take altogether. */
  readonly time: number;
  /** Sent as a page's `Origin`, where one is given. */
  readonly origin?: string | undefined;
  /** Ends the watch early; the evidence is what arrived until then. */
  readonly stop: AbortSignal;
  readonly onProgress?: (events: number) => void;
}

/** The share of the time that the first connection gets; the reconnect gets the rest. */
const FIRST_SHARE = 2 / 3;
/** What browsers ask for, and this program can decode. */
const ENCODINGS = "gzip, deflate, br";
/** A server keeps the youngest events longest: the reconnect names the one before so many. */
const FOLLOWERS = 3;

/** After such a share of the first connection's time without a response, it is asked for without compression, too. */
const PATIENCE = 1 / 4;
/** Any server may take so many milliseconds to answer. */
const LEAST_PATIENCE = 500;

/** Watches an endpoint, then connects once more. A request that may act, such as a POST, is sent once only. */
export async function examine(options: ExamineOptions): Promise<Evidence> {
  const { request, time, origin, stop, onProgress } = options;
  const own = { ...(origin !== undefined && { Origin: origin }) };
  const plain = { ...own, "Accept-Encoding": "identity" };
  const given = request.headers.find(([name]) => name.toLowerCase() === "accept-encoding")?.[1];
  const headers = given === undefined ? { ...own, "Accept-Encoding": ENCODINGS } : own;
  const repeatable = request.method.toUpperCase() === "GET";
  const start = performance.now();
  const left = (share: number): number => Math.max(start + time * share - performance.now(), time / 10);

  let uncompressed: Promise<Probe> | undefined;
  const askUncompressed = (): void => {
    if (!repeatable || given === "identity") return;
    uncompressed ??= probe({ options: request, headers: plain, time: left(FIRST_SHARE), stop });
  };
  // Compression can keep back the head of a response, too: Express sends none before the first compressed bytes.
  const impatient = setTimeout(askUncompressed, Math.max(time * FIRST_SHARE * PATIENCE, LEAST_PATIENCE));
  const onHead = (head: Head): void => {
    clearTimeout(impatient);
    // At the same time, so that both see the same events come.
    if (isStreamHead(head) && isEncoded(head.headers)) askUncompressed();
  };
  const watch = { options: request, time: left(FIRST_SHARE), stop, ...(onProgress && { onProgress }) };
  const first = await probe({ ...watch, headers, onHead });
  clearTimeout(impatient);
  const method = request.method.toUpperCase();
  const seen = { method, first, uncompressed: await uncompressed, origin };
  const heldBack = isHeldBack(seen);
  const { head, notes } = heldBack ? (seen.uncompressed as Probe) : first;
  const evidence = { ...seen, interrupted: stop.aborted, again: undefined };
  if (!repeatable || head === undefined || !isStreamHead(head) || stop.aborted) return evidence;
  const again = await reconnect(request, heldBack ? plain : own, notes.events, left(1), stop);
  return { ...evidence, interrupted: stop.aborted, again: stop.aborted ? undefined : again };
}

async function reconnect(
  request: RequestOptions,
  own: Readonly<Record<string, string>>,
  events: readonly SeenEvent[],
  time: number,
  stop: AbortSignal,
): Promise<Reconnect> {
  const ids = idsOf(events);
  // Not the first one where there is another: naming it, and beginning anew, would look the same.
  const index = Math.max(ids.length > 2 ? 1 : 0, ids.length - 1 - FOLLOWERS);
  const after = ids.slice(index).find((id) => id.length < LONGEST_ID && isSendable(id));
  const expected = after === undefined ? [] : ids.slice(ids.indexOf(after) + 1);
  const headers = after === undefined ? own : { ...own, "Last-Event-ID": textAsBytes(after) };
  // Without an id, how it is answered is all there is to see.
  const answered = new AbortController();
  const found = await probe({
    options: request,
    headers,
    time,
    stop: AbortSignal.any([stop, answered.signal]),
    enough: (seen) => seen.some(({ id }) => id !== ""),
    onHead: () => void (after === undefined && answered.abort()),
  });
  return { probe: found, after, expected };
}

/** Whether the transport sends `id` as `Last-Event-ID`: no header can carry control characters. */
function isSendable(id: string): boolean {
  try {
    SseConfig.from({ url: "http://localhost/", lastEventId: id });
    return true;
  } catch {
    return false;
  }
}
