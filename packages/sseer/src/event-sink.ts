import type { ServerSentEvent } from "./event.js";

/** Where an `EventParser` delivers, in the order of the wire, each call at the byte that completes its line. */
export interface EventSink<E extends ServerSentEvent = ServerSentEvent> {
  /** A blank line completed a block that had data. */
  onEvent(event: E): void;
  /**
   * A blank line completed a block with a valid `id` line, with or without data: `id` is the last event ID from here on,
   * also where it is the same as before. Called before `onEvent`.
   */
  onId?(id: string): void;
  /** A comment line; `text` is what follows the colon, less one leading space. */
  onComment?(text: string): void;
  /** A valid `retry` line: the reconnection time in milliseconds, in force from here on. */
  onRetry?(milliseconds: number): void;
}

/**
 * Makes the object of an event. `retry` is `undefined` where the block carried none.
 *
 * One that makes the caller's own kind of object saves a second object for each event.
 */
export type CreateEvent<E extends ServerSentEvent = ServerSentEvent> = (
  event: string,
  data: string,
  id: string,
  retry: number | undefined,
) => E;

/** The {@link CreateEvent} used by default: a plain object, with a `retry` key only where the block carried one. */
export function createServerSentEvent(
  event: string,
  data: string,
  id: string,
  retry: number | undefined,
): ServerSentEvent {
  return retry === undefined ? { event, data, id } : { event, data, id, retry };
}
