import type { ServerSentEvent } from "../event.js";
import type { CreateEvent, EventSink } from "./event-sink.js";
import { EventTooLargeError } from "./event-too-large-error.js";

const COLON = 0x3a;
const SPACE = 0x20;
const D = 0x64;
const E = 0x65;
const I = 0x69;

/** The engine keeps a string that was added to as a rope (a tree of its pieces). After more pieces it is made flat. */
export const ROPE_LIMIT = 8;

/**
 * The buffers of "Interpreting an event stream", under the names of the standard, and the sink that events go to.
 *
 * There is one copy of this state, and each line changes it in place. It is therefore correct at every moment when a
 * callback can throw or look at the parser; only `next` is stored before each callback.
 */
export class EventBuilder<E extends ServerSentEvent> {
  readonly sink: EventSink<E>;
  readonly create: CreateEvent<E>;
  /** The largest number of bytes in a line, and in the data lines of an event together. */
  readonly limit: number;

  /** The data buffer, or its end when there is a `head`; `undefined` before the first data line. */
  data: string | undefined = undefined;
  /** `data` already has the LF after its last line. */
  endsWithLf = false;
  /** How many pieces were added to `data`. */
  joins = 0;
  /** The data buffer up to the last call of `flatten`, for events of many lines. */
  head: string | undefined = undefined;
  /** The number of bytes of the data lines; each line end counts as one. */
  dataBytes = 0;
  /** The event type buffer; `undefined` when it is empty, which stands for the type "message". */
  eventType: string | undefined = undefined;
  /** The value of the last valid `id` line of the block; `undefined` when it has none. */
  blockId: string | undefined = undefined;
  retry: number | undefined = undefined;

  /** The last event ID string, as of the last blank line. */
  lastEventId: string;
  /** The position of the first line that must be parsed when a callback has thrown. */
  next = 0;
  /** The number of resets. A loop compares it to notice that a callback reset the parser. */
  resets = 0;
  /** Set when the limit was exceeded: the parser then holds nothing and accepts nothing until `reset`. */
  failure: EventTooLargeError | undefined = undefined;
  /** Takes the character code that `flatten` reads; the engine could remove an unused read. */
  flattenRead = 0;

  constructor(sink: EventSink<E>, create: CreateEvent<E>, limit: number, lastEventId: string) {
    this.sink = sink;
    this.create = create;
    this.limit = limit;
    this.lastEventId = lastEventId;
  }

  /** Starts a new stream and keeps only the last event ID. */
  reset(): void {
    this.resets++;
    this.failure = undefined;
    this.data = undefined;
    this.endsWithLf = false;
    this.joins = 0;
    this.head = undefined;
    this.dataBytes = 0;
    this.eventType = undefined;
    this.blockId = undefined;
    this.retry = undefined;
  }

  /** Throws the error of an exceeded limit, and drops all buffers. */
  fail(): never {
    this.reset();
    this.failure = new EventTooLargeError(this.limit);
    throw this.failure;
  }

  /**
   * "Append the field value to the data buffer, then append a single U+000A LINE FEED (LF)". The LF is added together
   * with the next piece, or is already the last character of `piece`.
   */
  addData(piece: string, endsWithLf: boolean): void {
    const { data } = this;
    if (data === undefined) {
      this.data = piece;
      this.joins = 0;
    } else {
      this.data = this.endsWithLf ? data + piece : `${data}\n${piece}`;
      this.joins++;
    }
    this.endsWithLf = endsWithLf;
  }

  /**
   * Makes the data buffer a flat string, at the end of a block when it has many pieces. A rope of half a million pieces is slow to build, to
   * keep and to read. What is flat moves to `head`, so that each character is copied once, also when the next pieces
   * come in many small chunks.
   */
  flatten(): void {
    if (this.data === undefined) return;
    const data = this.endsWithLf ? this.data : `${this.data}\n`;
    this.flattenRead = data.charCodeAt(0);
    this.head = this.head === undefined ? data : this.head + data;
    this.data = undefined;
    this.endsWithLf = false;
    this.joins = 0;
  }

  /**
   * Handles a blank line: "Dispatch the event". `line` is the position of the blank line, and `next` of the line after
   * it. Returns false when a callback reset the parser.
   *
   * It is short, so that the compiler puts it into the loops; what is rare has functions of its own.
   */
  dispatch(line: number, next: number): boolean {
    const { blockId } = this;
    if (blockId !== undefined) {
      this.blockId = undefined;
      this.lastEventId = blockId;
      if (this.sink.onId !== undefined && !this.#callOnId(blockId, line)) return false;
    }
    const data = this.endsWithLf || this.head !== undefined ? this.#joinedData() : this.data;
    if (data === undefined) return this.#dispatchEmpty(next);
    const { eventType, resets, retry } = this;
    this.data = undefined;
    this.dataBytes = 0;
    if (eventType !== undefined) this.eventType = undefined;
    if (retry !== undefined) this.retry = undefined;
    this.next = next;
    this.sink.onEvent(this.create(eventType ?? "message", data, this.lastEventId, retry));
    return resets === this.resets;
  }

  #callOnId(id: string, line: number): boolean {
    const { resets } = this;
    // When `onId` throws, the blank line comes again and dispatches the event.
    this.next = line;
    this.sink.onId?.(id);
    return resets === this.resets;
  }

  #dispatchEmpty(next: number): boolean {
    const { eventType, resets } = this;
    if (this.retry !== undefined) this.retry = undefined;
    if (eventType === undefined) return true;
    this.eventType = undefined;
    this.next = next;
    if (eventType !== "message") this.sink.onEmpty?.(eventType);
    return resets === this.resets;
  }

  /** The data buffer without its last LF; leaves only `data` to clear. */
  #joinedData(): string | undefined {
    const { data, endsWithLf, head } = this;
    this.head = undefined;
    this.endsWithLf = false;
    if (head === undefined) return data?.slice(0, -1);
    return data === undefined ? head.slice(0, -1) : head + (endsWithLf ? data.slice(0, -1) : data);
  }

  /**
   * Handles the line of `text` from `from` to `to`, which is not blank and no data line with a colon. `next` is the position
   * of the next line. Returns false when a callback reset the parser.
   */
  addLine(text: string, from: number, to: number, next: number): boolean {
    // The first letter decides first: a call of `startsWith` costs as much as the rest of the line.
    const first = text.charCodeAt(from);
    if (first === E && isField(text, "event", from, to)) {
      const value = valueStart(text, from + 5, to);
      this.eventType = value === to ? undefined : text.slice(value, to);
      return true;
    }
    if (first === I && isField(text, "id", from, to)) {
      const value = valueStart(text, from + 2, to);
      // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value."
      if (!hasNul(text, value, to)) this.blockId = text.slice(value, to);
      return true;
    }
    if (first === D && to - from === 4 && isField(text, "data", from, to)) {
      this.addData("", false);
      this.dataBytes += 5;
      return true;
    }
    return this.#addOtherLine(text, from, to, next);
  }

  #addOtherLine(text: string, from: number, to: number, next: number): boolean {
    const { resets, sink } = this;
    this.next = next;
    if (text.charCodeAt(from) === COLON) {
      sink.onComment?.(text.slice(valueStart(text, from, to), to));
    } else if (!isField(text, "retry", from, to)) {
      sink.onUnknown?.(text.slice(from, to));
    } else {
      const milliseconds = digitsOf(text, valueStart(text, from + 5, to), to);
      if (milliseconds === undefined) return true;
      this.retry = milliseconds;
      sink.onRetry?.(milliseconds);
    }
    return resets === this.resets;
  }
}

/** The line has this name: the part "before the first U+003A COLON character (:)", or the whole line without a colon. */
function isField(text: string, name: string, from: number, to: number): boolean {
  const end = from + name.length;
  return text.startsWith(name, from) && (end === to || text.charCodeAt(end) === COLON);
}

/** The start of the value: after the colon and one space. `nameEnd` is the position of the colon, if there is one. */
function valueStart(text: string, nameEnd: number, to: number): number {
  if (nameEnd === to) return to;
  return text.charCodeAt(nameEnd + 1) === SPACE ? nameEnd + 2 : nameEnd + 1;
}

/** A loop, because the engine's search for NUL stops at the zero byte of each ASCII character of two-byte text. */
function hasNul(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === 0) return true;
  return false;
}

/**
 * "If the field value consists of only ASCII digits, then interpret the field value as an integer in base ten".
 *
 * Returns the integer that `text` has from `from` to `to`, at most `Number.MAX_SAFE_INTEGER`; `undefined` when it has
 * none.
 */
function digitsOf(text: string, from: number, to: number): number | undefined {
  if (from === to) return undefined;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = Math.min(value * 10 + digit, Number.MAX_SAFE_INTEGER);
  }
  return value;
}
