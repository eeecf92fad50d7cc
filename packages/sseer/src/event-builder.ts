import type { ServerSentEvent } from "./event.js";
import type { CreateEvent, EventSink } from "./event-sink.js";
import { EventTooLargeError } from "./event-too-large-error.js";

/**
 * What the lines so far have said: the buffers of "Interpreting an event stream", under the names the standard gives
 * them, and where they go. Shared by those who obey lines; they leave it right whenever a callback may look or throw.
 */
export class EventBuilder<E extends ServerSentEvent> {
  readonly sink: EventSink<E>;
  readonly create: CreateEvent<E>;
  /** The most bytes of a line, and of the data lines of an event. */
  readonly limit: number;

  /** The data buffer; `undefined` before the first data line. */
  data: string | undefined;
  /** Written where only reading matters: see `parseLines`. */
  flattenRead = 0;
  /** The data buffer has the LF of its last line already, which the dispatch takes off again. */
  endsWithLf = false;
  /** The bytes of the data lines, with one for each line end. */
  dataBytes = 0;
  /** The event type buffer, or the type that stands for an empty one. */
  eventType = "message";
  lastEventIdBuffer: string;
  /** The block has a valid `id` line. */
  hasId = false;
  retry: number | undefined;

  /** The last event ID string, as of the last blank line. */
  lastEventId: string;
  /** Where in its bytes the first line starts that was not obeyed yet; right also when a callback throws. */
  next = 0;
  /** Counts the resets: how a loop notices that a callback reset the parser. */
  resets = 0;
  /** Set once the limit was exceeded: nothing is held or accepted until `reset`. */
  failure: EventTooLargeError | undefined;

  constructor(sink: EventSink<E>, create: CreateEvent<E>, limit: number, lastEventId: string) {
    this.sink = sink;
    this.create = create;
    this.limit = limit;
    this.lastEventId = lastEventId;
    this.lastEventIdBuffer = lastEventId;
  }

  /** A new stream: only the last event ID stays. */
  reset(): void {
    this.resets++;
    this.failure = undefined;
    this.lastEventIdBuffer = this.lastEventId;
    this.clear();
  }

  /** Throws, and from then on holds nothing. */
  fail(): never {
    this.reset();
    this.failure = new EventTooLargeError(this.limit);
    throw this.failure;
  }

  /** What lines have said that go on elsewhere. */
  save(
    data: string | undefined,
    endsWithLf: boolean,
    dataBytes: number,
    eventType: string,
    lastEventIdBuffer: string,
    hasId: boolean,
    retry: number | undefined,
  ): void {
    this.data = data;
    this.endsWithLf = endsWithLf;
    this.dataBytes = dataBytes;
    this.eventType = eventType;
    this.lastEventIdBuffer = lastEventIdBuffer;
    this.hasId = hasId;
    this.retry = retry;
  }

  /** No event is being formed. */
  clear(): void {
    this.data = undefined;
    this.endsWithLf = false;
    this.dataBytes = 0;
    this.eventType = "message";
    this.hasId = false;
    this.retry = undefined;
  }

  /** A blank line. */
  dispatch(): void {
    const { eventType, hasId, lastEventIdBuffer, resets, retry } = this;
    const data = this.endsWithLf ? this.data?.slice(0, -1) : this.data;
    this.lastEventId = lastEventIdBuffer;
    this.clear();
    if (hasId) this.sink.onId?.(lastEventIdBuffer);
    if (data !== undefined && resets === this.resets)
      this.sink.onEvent(this.create(eventType, data, lastEventIdBuffer, retry));
  }

  /** A line that is a comment, or may be `retry`. */
  parseCommentOrRetry(line: string): void {
    if (line.startsWith(":")) {
      this.sink.onComment?.(line.slice(line.charAt(1) === " " ? 2 : 1));
      return;
    }
    if (!line.startsWith("retry:")) return;
    const milliseconds = digitsOf(line, line.charAt(6) === " " ? 7 : 6);
    if (milliseconds === undefined) return;
    this.retry = milliseconds;
    this.sink.onRetry?.(milliseconds);
  }
}

/**
 * "If the field value consists of only ASCII digits, then interpret the field value as an integer in base ten": the value
 * of `line` from `from` on, as far as a number can hold it.
 */
function digitsOf(line: string, from: number): number | undefined {
  if (from >= line.length) return undefined;
  let value = 0;
  for (let at = from; at < line.length; at++) {
    const digit = line.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = Math.min(value * 10 + digit, Number.MAX_SAFE_INTEGER);
  }
  return value;
}
