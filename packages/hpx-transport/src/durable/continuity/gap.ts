import type { SseLoss } from "../../sse/index.js";

/** A place where the stream is not unbroken, as `onGap` gets it just before the first event after it. */
export interface Gap {
  /**
   * - `"lost"`: events are gone
   * - `"duplicate"`: an event comes again
   * - `"reset"`: the numbers began anew, so that nothing can be said of the events in between
   * - `"unknown"`: events may be gone
   */
  readonly kind: "lost" | "duplicate" | "reset" | "unknown";
  /** How many events. */
  readonly count: SseLoss;
  /** The part of the stream that is counted on its own, such as an instrument; `""` where there is one count only. */
  readonly key: string;
  /** The number, or the id, before the gap; `""` where none is known. */
  readonly after: string;
  /** The number, or the id, of the event after the gap. */
  readonly before: string;
  /**
   * Where it was seen: the server said so, the ids or the numbers in the events show it, or it is at the first event after a
   * restart of the program.
   */
  readonly found: "server" | "ids" | "sequence" | "restart";
  /** When, in milliseconds since 1970. */
  readonly at: number;
}
