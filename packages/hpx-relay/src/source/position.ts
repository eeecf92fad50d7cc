import type { Known } from "../commit/settle.js";
import type { Tail } from "../log/log.js";

/** Where a source stands after its last message: what the next connection resumes from. */
export type Position = Omit<Known, "pos">;

/** The position of a source that has no message. `id`: where to begin; empty: with what comes. */
export function beginning(id: string): Position {
  return { n: 0, id, after: 0, hash: "" };
}

/** The position in the last message of a source. */
export function positionOf({ n, id, after, hash }: Tail): Position {
  return { n, id, after, hash };
}
