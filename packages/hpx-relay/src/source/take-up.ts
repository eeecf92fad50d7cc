import { LogUnavailable } from "../log/errors.js";
import type { LogRecord, ReadFrom, RelayLog, Tail } from "../log/log.js";
import { Ring } from "./ring.js";

/** Messages that are looked through for ids that a source may send again. */
const REMEMBERED = 10_000;

/** The end of a source in the log, and what came before it. */
export interface TakenUp {
  /** The last message; `undefined` where there is none. */
  readonly tail: Tail | undefined;
  readonly ring: Ring;
  /** The hashes of the events since the last id. */
  readonly trail: readonly string[];
}

/**
 * Reads records up to a source's last message. One that the leader of a log names, and another server does not deliver, would
 * look like a log without it. @throws {LogUnavailable} where it was not reached
 */
export async function* readUpTo(
  tail: Tail,
  log: RelayLog,
  from: ReadFrom,
  signal: AbortSignal,
): AsyncGenerator<LogRecord> {
  for await (const records of log.read({ ...from, source: tail.source }, signal)) {
    for (const record of records) {
      if (record.pos > tail.pos) return;
      yield record;
      if (record.pos === tail.pos) return;
    }
  }
  throw new LogUnavailable(`${log.url}: message ${tail.pos} of ${tail.source} was not read`);
}

/**
 * Reads where a source stands. Only what is in the log counts: ids of events that were taken and never committed are in no
 * ring, or the next connect would drop those events.
 */
export async function takeUp(log: RelayLog, source: string, signal: AbortSignal): Promise<TakenUp> {
  const tail = (await log.tails([source])).get(source);
  const ring = new Ring();
  let trail: string[] = [];
  if (tail === undefined || tail.id === "") return { tail, ring, trail };
  for await (const record of readUpTo(tail, log, { last: REMEMBERED, withoutData: true }, signal)) {
    const { kind, id, after, hash } = record;
    if (kind === "reset") ring.clear();
    if (kind !== undefined) continue;
    if (after === 0) trail = [];
    else trail.push(hash);
    if (after === 0 && id !== "") ring.add(id, hash);
  }
  return { tail, ring, trail };
}
