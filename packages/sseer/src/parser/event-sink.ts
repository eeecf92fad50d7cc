import type { ServerSentEvent } from "../event.js";

/** The callbacks of an `EventParser`, called in the order of the stream, each at the byte that completes its line. */
export interface EventSink<E extends ServerSentEvent = ServerSentEvent> {
  /** Called when a blank line completes a block that has data. */
  onEvent(event: E): void;
  /**
   * Called when a blank line completes a block that has a valid `id` line, with or without data. From here on `id` is
   * the last event ID; it may be the same as before. The call comes before `onEvent`.
   */
  onId?(id: string): void;
  /** Called for a comment line; `text` is the part after the colon without one leading space. */
  onComment?(text: string): void;
  /** Called for a valid `retry` line with the reconnection time in milliseconds, which holds from here on. */
  onRetry?(milliseconds: number): void;
  /**
   * Called for a line that the standard ignores because its field name is unknown, such as `error: ...` or bare text;
   * `line` is all of it. A known name with a value that the standard ignores, such as `retry: soon`, is no unknown line.
   */
  onUnknown?(line: string): void;
  /**
   * Called when a blank line completes a block with an event type and without data, which the standard discards; `event`
   * is the type. Some servers write `event: complete` alone. A block of the type `message` is never told.
   */
  onEmpty?(event: string): void;
}

/**
 * Creates the object of an event. `retry` is `undefined` when the block has no valid `retry` line.
 *
 * A function that creates the caller's own type saves a second object for each event.
 */
export type CreateEvent<E extends ServerSentEvent = ServerSentEvent> = (
  event: string,
  data: string,
  id: string,
  retry: number | undefined,
) => E;

/** The default {@link CreateEvent}: a plain object, with a `retry` key only when the block has a valid `retry` line. */
export function createServerSentEvent(
  event: string,
  data: string,
  id: string,
  retry: number | undefined,
): ServerSentEvent {
  return retry === undefined ? { event, data, id } : { event, data, id, retry };
}
