import type { ServerSentEvent } from "./event.js";
import type { CreateEvent, EventSink } from "./event-sink.js";
import { EventTooLargeError } from "./event-too-large-error.js";

const LF = 0x0a;
const CR = 0x0d;

/**
 * The hot path: cuts a stream of chunks into lines and obeys them, as "Interpreting an event stream" says.
 *
 * It knows nothing of errors and re-entrance; that is `EventParser`'s part.
 */
export class BlockParser<E extends ServerSentEvent> {
  readonly #sink: EventSink<E>;
  readonly #create: CreateEvent<E>;
  readonly #limit: number;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /** Set once the limit was exceeded: nothing is held or accepted until `reset`. */
  failure: EventTooLargeError | undefined;

  #chunk: Uint8Array = EMPTY;
  /** Where the next line starts in `#chunk`. */
  #next = 0;
  /** The pieces of the unfinished line, and their length. */
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  #atStart = true;
  #afterCr = false;

  #type = "";
  #data = "";
  #hasData = false;
  #dataBytes = 0;
  #id: string;
  #retry: number | undefined;
  #lastEventId: string;

  constructor(sink: EventSink<E>, create: CreateEvent<E>, limit: number, lastEventId: string) {
    this.#sink = sink;
    this.#create = create;
    this.#limit = limit;
    this.#id = lastEventId;
    this.#lastEventId = lastEventId;
  }

  /** As of the last blank line. */
  get lastEventId(): string {
    return this.#lastEventId;
  }

  /** Parses one chunk. When a callback throws, `takeRest` has what was not parsed. */
  read(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#next = 0;
    for (;;) {
      const bytes = this.#chunk;
      if (this.#afterCr && this.#next < bytes.length) {
        this.#afterCr = false;
        if (bytes[this.#next] === LF) this.#next++;
      }
      const start = this.#next;
      let end = start;
      while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++;
      if (this.#pieceBytes + end - start > this.#limit + (this.#atStart ? 3 : 0)) {
        this.#fail();
      }
      if (end === bytes.length) {
        if (end > start) {
          this.#pieces.push(bytes.slice(start));
          this.#pieceBytes += end - start;
        }
        this.#chunk = EMPTY;
        this.#next = 0;
        return;
      }
      this.#afterCr = bytes[end] === CR;
      this.#next = end + 1;
      this.#pieces.push(bytes.subarray(start, end));
      this.#line(join(this.#pieces));
    }
  }

  /** What a callback that threw, or the caller, left of the chunk; a copy. */
  takeRest(): Uint8Array {
    const rest = this.#chunk.slice(this.#next);
    this.#chunk = EMPTY;
    this.#next = 0;
    return rest;
  }

  /** A new stream: only the last event ID stays. Called from a callback, it drops the rest of the chunk. */
  reset(): void {
    this.failure = undefined;
    this.#chunk = EMPTY;
    this.#next = 0;
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#atStart = true;
    this.#afterCr = false;
    this.#id = this.#lastEventId;
    this.#clearBlock();
  }

  #fail(): never {
    this.reset();
    this.failure = new EventTooLargeError(this.#limit);
    throw this.failure;
  }

  #clearBlock(): void {
    this.#type = "";
    this.#data = "";
    this.#hasData = false;
    this.#dataBytes = 0;
    this.#retry = undefined;
  }

  #line(whole: Uint8Array): void {
    this.#pieces = [];
    this.#pieceBytes = 0;
    let bytes = whole;
    if (this.#atStart) {
      this.#atStart = false;
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    }
    if (bytes.length > this.#limit) this.#fail();
    if (bytes.length === 0) return this.#dispatch();
    const line = this.#decoder.decode(bytes);
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "" && colon === 0) return this.#sink.onComment?.(value);
    if (name === "data") {
      this.#dataBytes += bytes.length + 1;
      if (this.#dataBytes > this.#limit) this.#fail();
      this.#data = this.#hasData ? `${this.#data}\n${value}` : value;
      this.#hasData = true;
    } else if (name === "event") {
      this.#type = value;
    } else if (name === "id") {
      if (!value.includes("\0")) this.#id = value;
    } else if (name === "retry" && /^[0-9]+$/.test(value)) {
      this.#retry = Math.min(Number(value), Number.MAX_SAFE_INTEGER);
      this.#sink.onRetry?.(this.#retry);
    }
  }

  #dispatch(): void {
    this.#lastEventId = this.#id;
    const type = this.#type === "" ? "message" : this.#type;
    const data = this.#data;
    const retry = this.#retry;
    const hasData = this.#hasData;
    this.#clearBlock();
    if (hasData) this.#sink.onEvent(this.#create(type, data, this.#id, retry));
  }
}

const EMPTY = new Uint8Array(0);

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const only = pieces[0];
  if (pieces.length === 1 && only !== undefined) return only;
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
