/**
 * A line, or the `data` lines of one event together, exceeded `maxEventSize`.
 *
 * The parser that threw it has let go of all memory and accepts nothing more before `reset()`.
 */
export class EventTooLargeError extends Error {
  /** Always `"EventTooLargeError"`. */
  override readonly name = "EventTooLargeError";
  /** The limit that was exceeded, in bytes. */
  readonly limit: number;

  /** `limit` is in bytes. */
  constructor(limit: number) {
    super(`a line or event is larger than ${limit} bytes; raise maxEventSize if such events are expected`);
    this.limit = limit;
  }
}
