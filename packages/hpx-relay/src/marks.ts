/**
 * Every name under which the relay writes down what it knows of a message. They are headers of a message in NATS, and columns
 * of a row in SQL: there without `Hpx-`, in lower case.
 */
export const MARKS = {
  /** The source's name. */
  source: "Hpx-Source",
  /** The event's type, such as `message`. */
  event: "Hpx-Event",
  /** The last event ID as of this event; empty for none. The one to resume from. */
  id: "Hpx-Id",
  /** How many events of the source came after the first event with this id, this one included; 0 for that first event. */
  after: "Hpx-After",
  /** The number of the event within its source, from 1 without a hole. A marker has the number of the event before it. */
  n: "Hpx-N",
  /** When the relay read the event, in milliseconds since 1970. */
  at: "Hpx-At",
  /** {@link hashOf} the event. A marker has that of the event before it. */
  hash: "Hpx-Hash",
  /** Only on the last message that a source has in one append: who wrote it, as `owner.incarnation.counter.view`. */
  tag: "Hpx-Tag",
  /** Only on a marker: its {@link MarkerKind}. */
  kind: "Hpx-Kind",
  /** Only on a marker: its facts as JSON. */
  facts: "Hpx-Facts",
} as const;

/**
 * A marker is a message with an empty payload, in order among the events of its source, where their continuity is in doubt.
 *
 * - `gap`: events are missing before the next event; facts `{ lost: number | "unknown", found: string }`
 * - `rewind`: the log lost its last messages, and they are fetched again; facts `{ lost: number }`
 * - `reset`: the source began its ids anew; facts `{ id: string }`, the id that it had before
 * - `cursor`: nothing happened; the marker keeps the cursor of a quiet source in a log that forgets old messages
 */
export type MarkerKind = "gap" | "rewind" | "reset" | "cursor";

/** The kinds of markers, for checks of what a log holds. */
export const MARKER_KINDS: readonly MarkerKind[] = ["gap", "rewind", "reset", "cursor"];
