import type { RelayLog, Tail } from "../log/log.js";
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
 * Reads where a source stands. Only what is in the log counts: ids of events that were taken and never committed are in no
 * ring, or the next connect would drop those events.
 */
export async function takeUp(log: RelayLog, source: string, signal: AbortSignal): Promise<TakenUp> {
  const tail = (await log.tails([source])).get(source);
  const ring = new Ring();
  let trail: string[] = [];
  if (tail === undefined || tail.id === "") return { tail, ring, trail };
  for await (const records of log.read({ source, last: REMEMBERED, withoutData: true }, signal)) {
    for (const { pos, kind, id, after, hash } of records) {
      if (pos > tail.pos) break;
      if (kind === "reset") ring.clear();
      if (kind !== undefined) continue;
      if (after === 0) trail = [];
      else trail.push(hash);
      if (after === 0 && id !== "") ring.add(id, hash);
    }
  }
  return { tail, ring, trail };
}
