import type { ServerSentEvent } from "../event.js";
import type { CreateEvent, EventSink } from "./event-sink.js";
import { EventTooLargeError } from "./event-too-large-error.js";

/**
 * The buffers of "Interpreting an event stream", under the names of the standard, and the sink that events go to.
 *
 * `parseLines` and `parseShort` share it. Before each callback they store a correct state here, because a callback may
 * throw or read the parser.
 */
export class EventBuilder<E extends ServerSentEvent> {
  readonly sink: EventSink<E>;
  readonly create: CreateEvent<E>;
  /** The largest number of bytes in a line, and in the data lines of an event together. */
  readonly limit: number;

  /** The data buffer; `undefined` before the first data line. */
  data: string | undefined;
  /** Takes the character code that `parseLines` reads to flatten a string; the engine could remove an unused read. */
  flattenRead = 0;
  /** The data buffer already has the LF after its last line; the dispatch removes it. */
  endsWithLf = false;
  /** The number of bytes of the data lines; each line end counts as one. */
  dataBytes = 0;
  /** The event type buffer; `"message"` stands for an empty buffer. */
  eventType = "message";
  lastEventIdBuffer: string;
  /** The block has a valid `id` line. */
  hasId = false;
  retry: number | undefined;

  /** The last event ID string, as of the last blank line. */
  lastEventId: string;
  /** The position of the first line that was not parsed yet; also correct when a callback throws. */
  next = 0;
  /** The number of resets. A loop compares it to notice that a callback reset the parser. */
  resets = 0;
  /** Set when the limit was exceeded: the parser then holds nothing and accepts nothing until `reset`. */
  failure: EventTooLargeError | undefined;

  constructor(sink: EventSink<E>, create: CreateEvent<E>, limit: number, lastEventId: string) {
    this.sink = sink;
    this.create = create;
    this.limit = limit;
    this.lastEventId = lastEventId;
    this.lastEventIdBuffer = lastEventId;
  }

  /** Starts a new stream and keeps only the last event ID. */
  reset(): void {
    this.resets++;
    this.failure = undefined;
    this.lastEventIdBuffer = this.lastEventId;
    this.clear();
  }

  /** Throws the error of an exceeded limit, and drops all buffers. */
  fail(): never {
    this.reset();
    this.failure = new EventTooLargeError(this.limit);
    throw this.failure;
  }

  /** Stores the buffers between two runs of lines. */
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

  /** Empties the buffers of the current event. */
  clear(): void {
    this.data = undefined;
    this.endsWithLf = false;
    this.dataBytes = 0;
    this.eventType = "message";
    this.hasId = false;
    this.retry = undefined;
  }

  /** Handles a blank line. */
  dispatch(): void {
    const { eventType, hasId, lastEventIdBuffer, resets, retry } = this;
    const data = this.endsWithLf ? this.data?.slice(0, -1) : this.data;
    this.lastEventId = lastEventIdBuffer;
    this.clear();
    if (hasId) this.sink.onId?.(lastEventIdBuffer);
    if (resets !== this.resets) return;
    if (data !== undefined) this.sink.onEvent(this.create(eventType, data, lastEventIdBuffer, retry));
    else if (eventType !== "message") this.sink.onEmpty?.(eventType);
  }

  /** Handles a line that is no `event`, `data` or `id` field. */
  parseOther(line: string): void {
    if (line.startsWith(":")) {
      this.sink.onComment?.(line.slice(line.charAt(1) === " " ? 2 : 1));
      return;
    }
    if (!line.startsWith("retry:")) {
      // The whole line is the field name where it has no colon.
      if (line !== "retry") this.sink.onUnknown?.(line);
      return;
    }
    const milliseconds = digitsOf(line, line.charAt(6) === " " ? 7 : 6);
    if (milliseconds === undefined) return;
    this.retry = milliseconds;
    this.sink.onRetry?.(milliseconds);
  }
}

/**
 * "If the field value consists of only ASCII digits, then interpret the field value as an integer in base ten".
 *
 * Returns the integer that `line` has from `from` on, at most `Number.MAX_SAFE_INTEGER`; `undefined` when it has none.
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
