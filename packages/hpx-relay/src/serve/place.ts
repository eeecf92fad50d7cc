import { Fnv64 } from "../hash.js";
import type { Tail } from "../log/log.js";

/** Where a client stands in a source: the last message that it has. */
export interface Place {
  /** The position in the log; 0 before the first message. */
  readonly pos: number;
  /** The number of the event, or of the one before a marker. */
  readonly n: number;
  /** A hash of the message. A log that was rewound or replaced has another message at the position, and so another hash. */
  readonly check: string;
}

/** Digits of a check: enough that no two messages of a source meet by accident. */
const DIGITS = 12;

/** Before the first message of a source. */
export const BEGINNING: Place = { pos: 0, n: 0, check: "0".repeat(DIGITS) };

/** The place after a message. */
export function placeOf({ pos, n, at, hash, id, after, kind }: Tail): Place {
  const fnv = new Fnv64();
  // The time is part of it: a source without ids may send the same bytes again under the same number.
  fnv.text([pos, n, at, hash, after, kind ?? "", id].join("\n"));
  return { pos, n, check: fnv.hex().slice(0, DIGITS) };
}

/** A place as the id of an event: `position.epoch`. The epoch is `number-check`. */
export function writePlace({ pos, n, check }: Place): string {
  return `${pos}.${n}-${check}`;
}

/** The place that an id names; `undefined` where it is none of ours. */
export function readPlace(id: string): Place | undefined {
  const [, pos, n, check] = /^(\d{1,15})\.(\d{1,15})-([0-9a-f]{12})$/.exec(id) ?? [];
  return check === undefined ? undefined : { pos: Number(pos), n: Number(n), check };
}

/** Whether a message is the one of a place. */
export function isAt(place: Place, message: Tail): boolean {
  return message.pos === place.pos && isSamePlace(placeOf(message), place);
}

/** Whether two places are that of one message. */
export function isSamePlace(one: Place, other: Place): boolean {
  return one.pos === other.pos && one.check === other.check;
}

/** Events that are missing between number `n` and a message of the same source; less than 0 where the message is not after it. */
export function missingBefore({ n, kind }: Pick<Tail, "n" | "kind">, last: number): number {
  return n - last - (kind === undefined ? 1 : 0);
}
