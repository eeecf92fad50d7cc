import type { Row } from "../audit/row.js";

/** A log that the relays write to, and what can be done to it. */
export interface LogUnderTest {
  /** For the relay's configuration. */
  readonly url: string;
  /** Relays that may run at one time. */
  readonly relays: number;
  /** Takes a copy, so that `rollBack` has one. The relays of a log for one process are down meanwhile. */
  copy(): Promise<void>;
  /** Puts the copy in the place of the log. */
  rollBack(): Promise<void>;
  /** Breaks the log in one way, puts it right after `length` milliseconds, and resolves when it answers as before. */
  disturb(fault: string, length: number, choice: number): Promise<void>;
  /** The number of the last event of each source. */
  lastNumbers(sources: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Every message, in order, read by means of its own. */
  rows(): AsyncIterable<Row>;
  /** Ends what runs, and removes its files. */
  close(): Promise<void>;
}
