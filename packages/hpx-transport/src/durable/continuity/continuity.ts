import type { SseEvent, SseLoss } from "../../sse/index.js";
import type { Json } from "../record.js";

/** A number that orders events. Numbers beyond 2^53 are given as `bigint`. */
export type SequenceNumber = bigint | number;

/** Each event has a number, one step more than the one before it. */
export interface SequenceContinuity {
  /** The number of an event; `undefined` for one that is not counted, such as a heartbeat. */
  sequence(event: SseEvent): SequenceNumber | undefined;
  /** From one number to the next. @defaultValue 1 */
  readonly step?: number | undefined;
  /** The part of the stream that is counted on its own, such as an instrument. @defaultValue one count for all */
  key?(event: SseEvent): string;
}

/** Each event covers a range of numbers, and begins after the end of the one before it: the deltas of an order book. */
export interface RangeContinuity {
  /** The first and the last number of an event; `undefined` for one that is not counted. */
  range(event: SseEvent):
    | {
        /** The first number. */
        readonly from: SequenceNumber;
        /** The last number. */
        readonly to: SequenceNumber;
      }
    | undefined;
  /** The part of the stream that is counted on its own. @defaultValue one count for all */
  key?(event: SseEvent): string;
}

/** A check of your own. */
export interface ContinuityCheck {
  /**
   * Called for each event in the consumer's order, with the state after the one before; `undefined` at the very first. It
   * returns the state after this event, which is saved with it and must not be changed afterwards, and the verdict where
   * something is wrong.
   */
  check(state: Json | undefined, event: SseEvent): ContinuityVerdict;
}

/** The answer of a {@link ContinuityCheck}. */
export interface ContinuityVerdict {
  /** The state after this event. */
  readonly state: Json;
  /** What is wrong; left out where the event follows the one before. */
  readonly verdict?:
    | "duplicate"
    | "reset"
    | {
        /** How many events are missing before this one. */
        readonly lost: SseLoss;
      }
    | undefined;
}

/**
 * How a cursor finds out that events are missing.
 *
 * - `"numeric"`: the ids are whole numbers, each one more than the one before
 * - `sequence`, `range`: the numbers are in the events
 * - `check`: code of your own
 */
export type Continuity = "numeric" | SequenceContinuity | RangeContinuity | ContinuityCheck;

/** What a check found at an event; `token` is what the event's acknowledgement changes. */
export interface Finding {
  readonly token: unknown;
  readonly kind?: "lost" | "duplicate" | "reset" | "unknown";
  readonly count?: SseLoss;
  readonly key?: string;
  readonly after?: string;
  readonly before?: string;
}

/** A continuity check at work: it goes ahead with each event, and what was acknowledged is kept apart. */
export interface Checker {
  /** The name for `found`. */
  readonly found: "ids" | "sequence";
  /** The connection was made again: from here on the server may repeat events. */
  reconnected(): void;
  /** `hasOwnId`: the event surely has an id of its own, also where that is the one before it. */
  examine(event: SseEvent, hasOwnId: boolean): Finding;
  acknowledge(token: unknown): void;
  /** The state after the acknowledged events, and after those of `tokens`, which are not acknowledged yet. */
  state(tokens?: readonly unknown[]): Json;
}
