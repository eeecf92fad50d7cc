import { sleep } from "../commit/pause.js";
import type { LogRecord } from "../log/log.js";
import type { Found } from "./event-text.js";
import type { Pages } from "./pages.js";
import { isAt, isSamePlace, missingBefore, type Place, placeOf } from "./place.js";

/** A log that seems to end before a place is asked again after so long, in milliseconds: a deposed leader may have answered. */
const SECOND_LOOK = 1000;

/** What a log has after a place. */
export type Following =
  /** The message of the place is there, and these come after it; without one where it is the last. */
  | { readonly kind: "follows"; readonly records: readonly LogRecord[] }
  /** It is not there: what the log has of the source begins with these. */
  | {
      readonly kind: "lost";
      readonly lost: number | "unknown";
      readonly found: Found;
      readonly records: readonly LogRecord[];
    };

/**
 * A page of what follows a place. The message of the place is read, too: only where it is still the same one does what follows
 * continue what the client has.
 */
export async function readAfter(pages: Pages, source: string, place: Place, signal: AbortSignal): Promise<Following> {
  if (place.pos === 0) return { kind: "follows", records: await pages.read({ source }, signal) };
  for (let looks = 1; ; looks += 1) {
    const records = await pages.read({ source, after: place.pos - 1 }, signal, 2);
    const [first] = records;
    if (first !== undefined && isAt(place, first)) return { kind: "follows", records: records.slice(1) };
    if (first !== undefined || looks === 2 || signal.aborted) break;
    await sleep(SECOND_LOOK, signal);
  }
  return await readEarliest(pages, source, place, signal);
}

/** The beginning of what the log has, for a client whose place (or whose id, without a place) is not in it. */
export async function readEarliest(
  pages: Pages,
  source: string,
  place: Place | undefined,
  signal: AbortSignal,
): Promise<Following & { kind: "lost" }> {
  const records = await pages.read({ source }, signal);
  if (place === undefined) return { kind: "lost", lost: "unknown", found: "id", records };
  const [first] = records;
  const missing = first === undefined ? -1 : missingBefore(first, place.n);
  // Only in a log that is the same one do the numbers go on.
  const isPurged = first !== undefined && first.pos > place.pos && missing >= 0;
  return { kind: "lost", lost: isPurged ? missing : "unknown", found: isPurged ? "purged" : "log", records };
}

/** The last of these places that the log still has. They are in its order. */
export async function newestInLog(
  pages: Pages,
  source: string,
  places: readonly Place[],
  signal: AbortSignal,
): Promise<Place | undefined> {
  const [first] = places;
  const last = places.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const found = new Map<number, Place>();
  for (let after = first.pos - 1; after < last.pos;) {
    const records = await pages.read({ source, after, withoutData: true }, signal);
    for (const record of records) found.set(record.pos, placeOf(record));
    after = records.at(-1)?.pos ?? Infinity;
  }
  return places.findLast((place) => {
    const there = found.get(place.pos);
    return there !== undefined && isSamePlace(there, place);
  });
}
