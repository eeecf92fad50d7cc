import { EventBuilder } from "./event-builder.js";
import { ChunkReader } from "./chunk-reader.js";
import type { ServerSentEvent } from "../event.js";
import { type CreateEvent, createServerSentEvent, type EventSink } from "./event-sink.js";

/** The defaults of the parser's options. */
export const parserDefaults: {
  /** The largest size of one line, and of the `data` lines of one event together, in bytes: 16 MiB. */
  readonly maxEventSize: number;
} = {
  maxEventSize: 16 * 1024 * 1024,
};

/** Options of an {@link EventParser}. An option that is `undefined` means its default. */
export interface EventParserOptions<E extends ServerSentEvent = ServerSentEvent> {
  /**
   * The largest size in bytes of one line (without its line end), and of the `data` lines of one event together (with
   * field names, and one byte for each line end). It bounds the memory of the parser.
   *
   * @defaultValue 16 MiB
   */
  readonly maxEventSize?: number | undefined;
  /**
   * The last event ID at the end of an earlier connection.
   *
   * @defaultValue `""`
   */
  readonly lastEventId?: string | undefined;
  /**
   * Creates the object of each event. Required when `E` is more than `ServerSentEvent`.
   *
   * @defaultValue a plain {@link ServerSentEvent}
   */
  readonly createEvent?: CreateEvent<E> | undefined;
}

/** Stands in the queue of chunks for a call of `end()`. */
const END_OF_STREAM = null;

/**
 * Parses `text/event-stream` from bytes to events, as the WHATWG standard says in "Parsing an event stream" and
 * "Interpreting an event stream". It is synchronous: each callback runs inside the `push` that completes its line.
 *
 * When a callback throws, `push` throws the same error, and the next `push` or `end` first parses the rest of the
 * chunk. A callback may call `reset`, which drops the rest of the chunk, and `push` and `end`, which take effect after
 * the current chunk.
 */
export class EventParser<E extends ServerSentEvent = ServerSentEvent> {
  readonly #builder: EventBuilder<E>;
  readonly #reader: ChunkReader<E>;
  /** Copies of chunks that come before any new chunk: the rest after a throw, and chunks that callbacks pushed. */
  #queue: (Uint8Array | typeof END_OF_STREAM)[] = [];
  /** How many entries of `#queue` were taken already: `shift` would move all entries of a long array each time. */
  #taken = 0;
  #running = false;

  /**
   * @throws TypeError when the sink or an option has the wrong type
   * @throws RangeError when `maxEventSize` is not a positive integer
   */
  constructor(sink: EventSink<E>, options: EventParserOptions<E> = {}) {
    const { maxEventSize = parserDefaults.maxEventSize, lastEventId = "", createEvent } = options;
    if (typeof sink?.onEvent !== "function") throw new TypeError("sink.onEvent: needs a function");
    if (!Number.isSafeInteger(maxEventSize) || maxEventSize < 1) {
      throw new RangeError(
        `maxEventSize: ${String(maxEventSize)} cannot be used; it takes a positive integer of bytes`,
      );
    }
    if (typeof lastEventId !== "string") {
      throw new TypeError(`lastEventId: ${String(lastEventId)} cannot be used; it takes a string`);
    }
    // Without `createEvent`, E is ServerSentEvent: the parser cannot create any other type.
    const create = createEvent ?? (createServerSentEvent as unknown as CreateEvent<E>);
    this.#builder = new EventBuilder(sink, create, maxEventSize, lastEventId);
    this.#reader = new ChunkReader(this.#builder, maxEventSize);
  }

  /** The last event ID as of the last blank line, also when that block had no data. Reconnect with this ID. */
  get lastEventId(): string {
    return this.#builder.lastEventId;
  }

  /**
   * Parses a chunk. The stream may be cut anywhere, also inside a character. The caller may reuse the bytes afterwards.
   *
   * @throws {@link EventTooLargeError} when a line or event exceeds `maxEventSize`, and at each call until `reset`
   * @throws TypeError when `bytes` is not a Uint8Array
   * @throws the error that a callback throws
   */
  push(bytes: Uint8Array): void {
    if (!ArrayBuffer.isView(bytes)) throw new TypeError("push() takes a Uint8Array; encode text with a TextEncoder");
    if (this.#builder.failure !== undefined) throw this.#builder.failure;
    if (this.#running || this.#queue.length > 0) {
      this.#queue.push(new Uint8Array(bytes));
      if (!this.#running) this.#run(undefined);
    } else {
      this.#run(bytes);
    }
  }

  /**
   * Ends the stream and discards an unfinished event, as the standard says. A later `push` starts a new stream.
   *
   * @throws the error that a callback throws, when a chunk still had to be parsed
   */
  end(): void {
    if (this.#builder.failure !== undefined) return;
    this.#queue.push(END_OF_STREAM);
    if (!this.#running) this.#run(undefined);
  }

  /**
   * Starts a new stream. It drops everything of the old stream except `lastEventId`, which an event source keeps over
   * its reconnects. Called from a callback, it also drops the rest of the chunk.
   */
  reset(): void {
    this.#clearQueue();
    this.#newStream();
  }

  /** Parses `chunk`, then the queue, also the chunks that callbacks add to it meanwhile. */
  #run(chunk: Uint8Array | undefined): void {
    const builder = this.#builder;
    let reading = chunk;
    let { resets } = builder;
    this.#running = true;
    try {
      if (reading !== undefined) this.#reader.read(reading);
      if (this.#queue.length === 0) return;
      while (this.#taken < this.#queue.length) {
        const entry = this.#queue[this.#taken++];
        reading = entry ?? undefined;
        resets = builder.resets;
        if (reading === undefined) this.#newStream();
        else this.#reader.read(reading);
      }
      this.#clearQueue();
    } catch (error) {
      if (builder.failure !== undefined) this.#releaseAll();
      // After a reset there is no rest: a callback may reset the parser and then throw.
      else if (reading !== undefined && resets === builder.resets) this.#keepRest(reading);
      throw error;
    } finally {
      this.#running = false;
    }
  }

  /** A callback threw: the rest of the chunk goes to the front of the queue. */
  #keepRest(chunk: Uint8Array): void {
    const rest = this.#reader.takeRest(chunk);
    const later = this.#queue.slice(this.#taken);
    this.#queue = rest.length > 0 ? [rest, ...later] : later;
    this.#taken = 0;
  }

  #newStream(): void {
    this.#reader.reset();
    this.#builder.reset();
  }

  /** A limit was exceeded: drops all bytes. */
  #releaseAll(): void {
    this.#clearQueue();
    this.#reader.reset();
  }

  #clearQueue(): void {
    this.#queue = [];
    this.#taken = 0;
  }
}
