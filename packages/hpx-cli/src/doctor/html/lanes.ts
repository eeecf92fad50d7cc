import type { Probe } from "../evidence.js";
import { BEAT } from "../findings/heartbeats.js";

/** What came in a short span of time. */
export interface Bar {
  /** From 0, of the spans that the time of the watch was divided into. */
  readonly span: number;
  readonly count: number;
  /** When the first of it came, in milliseconds since the request. */
  readonly at: number;
}

/** The two rows of a timeline. */
export interface Lanes {
  readonly events: readonly Bar[];
  /** Comments, and the events that servers send in place of them. */
  readonly heartbeats: readonly Bar[];
}

/** Divides what came into `spans`, so that a picture of an endless stream stays small. */
export function lanesOf({ notes, watched }: Probe, spans: number): Lanes {
  const width = Math.max(watched, 1) / spans;
  const events = new Map<number, Bar>();
  const heartbeats = new Map<number, Bar>();
  const add = (lane: Map<number, Bar>, at: number, count: number): void => {
    const span = Math.min(Math.max(Math.floor(at / width), 0), spans - 1);
    const before = lane.get(span);
    lane.set(span, { span, count: (before?.count ?? 0) + count, at: before?.at ?? at });
  };
  const beats = beatsByBurst(notes);
  for (const [index, { at, events: count, comments }] of notes.bursts.entries()) {
    const beating = beats.get(index) ?? 0;
    if (count > beating) add(events, at, count - beating);
    if (comments + beating > 0) add(heartbeats, at, comments + beating);
  }
  return { events: [...events.values()], heartbeats: [...heartbeats.values()] };
}

/** How many events of each burst are heartbeats. A burst begins with its first chunk; events have the time of theirs. */
function beatsByBurst({ events, bursts }: Probe["notes"]): ReadonlyMap<number, number> {
  const beats = new Map<number, number>();
  let index = 0;
  for (const { event, at } of events) {
    while ((bursts[index + 1]?.at ?? Infinity) <= at) index += 1;
    if (BEAT.test(event)) beats.set(index, (beats.get(index) ?? 0) + 1);
  }
  return beats;
}
