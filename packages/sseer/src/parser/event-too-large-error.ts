/**
 * A line, or the `data` lines of one event together, exceeded `maxEventSize`.
 *
 * The parser that throws it drops all its bytes and accepts no more until `reset()`.
 */
export class EventTooLargeError extends Error {
  /** Always `"EventTooLargeError"`. */
  override readonly name = "EventTooLargeError";
  /** The exceeded limit in bytes. */
  readonly limit: number;

  /** Takes the exceeded limit in bytes. */
  constructor(limit: number) {
    super(`a line or event is larger than ${limit} bytes; raise maxEventSize if such events are expected`);
    this.limit = limit;
  }
}
