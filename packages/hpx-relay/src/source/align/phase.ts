import type { Arrived } from "../feed.js";

/** The facts that an aligner needs of its source. */
export interface AlignOptions {
  /** The ids are whole numbers, each one more than the one before. */
  readonly numeric: boolean;
}

/** An event with what is computed of it once. */
export interface Hashed {
  readonly arrived: Arrived;
  readonly hash: string;
}

/**
 * What comes next on the connection.
 *
 * - `flowing`: new events
 * - `connected`: the first event after a connect, which tells whether the source resumed
 * - `trailing`: events without an id of their own that followed the last id, again
 * - `replaying`: events with ids that are in the log, again
 */
export type Phase = "flowing" | "connected" | "trailing" | "replaying";
