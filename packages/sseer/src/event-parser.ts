import { EventBuilder } from "./event-builder.js";
import { ChunkReader } from "./chunk-reader.js";
import type { ServerSentEvent } from "./event.js";
import { type CreateEvent, createServerSentEvent, type EventSink } from "./event-sink.js";

/** Every default of the parser, in one place. */
export const parserDefaults: {
  /** Bytes that one line, and the `data` lines of one event together, may have: 16 MiB. */
  readonly maxEventSize: number;
} = {
  maxEventSize: 16 * 1024 * 1024,
};

/** Options of an {@link EventParser}. Each may be `undefined` and then means its default. */
export interface EventParserOptions<E extends ServerSentEvent = ServerSentEvent> {
  /**
   * The most bytes of one line (its line end apart), and of the `data` lines of one event together (field names
   * counted, and one byte for each line end). Memory stays bounded by it.
   *
   * @defaultValue 16 MiB
   */
  readonly maxEventSize?: number | undefined;
  /**
   * The last event ID that an earlier connection ended with.
   *
   * @defaultValue `""`
   */
  readonly lastEventId?: string | undefined;
  /**
   * Makes the object of each event. Needed where `E` is not plainly `ServerSentEvent`.
   *
   * @defaultValue a plain {@link ServerSentEvent}
   */
  readonly createEvent?: CreateEvent<E> | undefined;
}

/** Marks in the queue of waiting chunks that `end()` was called there. */
const END_OF_STREAM = null;

/**
 * Parses `text/event-stream`, bytes in, events out, as the WHATWG standard says in "Parsing an event stream" and
 * "Interpreting an event stream". Synchronous: each callback runs inside the `push` that completes its line.
 *
 * A callback that throws makes `push` throw the same; what was left of the chunk is parsed first by the next `push`
 * or `end`. A callback may call `reset`, which drops the rest of the chunk, and `push` and `end`, which take effect
 * after the current chunk.
 */
export class EventParser<E extends ServerSentEvent = ServerSentEvent> {
  readonly #builder: EventBuilder<E>;
  readonly #reader: ChunkReader<E>;
  /** Copies of chunks to be parsed before anything new: left by a throw, or pushed by a callback. */
  #queue: (Uint8Array | typeof END_OF_STREAM)[] = [];
  /** How many of `#queue` were taken already; `shift` on a long array is linear. */
  #taken = 0;
  #running = false;

  /**
   * @throws TypeError when the sink or an option is of the wrong type
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
    // Without `createEvent`, E is ServerSentEvent: anything more cannot be made from nothing.
    const create = createEvent ?? (createServerSentEvent as unknown as CreateEvent<E>);
    this.#builder = new EventBuilder(sink, create, maxEventSize, lastEventId);
    this.#reader = new ChunkReader(this.#builder, maxEventSize);
  }

  /** The last event ID as of the last blank line, whether or not that block had data: the one to reconnect with. */
  get lastEventId(): string {
    return this.#builder.lastEventId;
  }

  /**
   * Parses a chunk: any part of the stream, cut anywhere, also inside a character. The bytes may be reused afterwards.
   *
   * @throws {@link EventTooLargeError} when a line or event exceeds `maxEventSize`, and from then on until `reset`
   * @throws TypeError when `bytes` is not a Uint8Array
   * @throws whatever a callback throws
   */
  push(bytes: Uint8Array): void {
    if (!ArrayBuffer.isView(bytes)) throw new TypeError("push() takes a Uint8Array; encode text with a TextEncoder");
    if (this.#builder.failure !== undefined) throw this.#builder.failure;
    if (this.#running) {
      this.#queue.push(new Uint8Array(bytes));
    } else if (this.#queue.length > 0) {
      this.#queue.push(new Uint8Array(bytes));
      this.#run(undefined);
    } else {
      this.#run(bytes);
    }
  }

  /**
   * The input is over: an unfinished event is discarded, as the standard says. What is pushed later is a new stream.
   *
   * @throws whatever a callback throws, when a chunk was still waiting to be parsed
   */
  end(): void {
    if (this.#builder.failure !== undefined) return;
    this.#queue.push(END_OF_STREAM);
    if (!this.#running) this.#run(undefined);
  }

  /**
   * Starts a new stream: everything of the old one is forgotten except `lastEventId`, which an event source keeps
   * over its reconnects. From inside a callback it drops the rest of the chunk.
   */
  reset(): void {
    this.#clearQueue();
    this.#newStream();
  }

  /** Parses `chunk`, then what waits, including what callbacks push meanwhile. */
  #run(chunk: Uint8Array | undefined): void {
    const builder = this.#builder;
    let reading = chunk;
    let { resets } = builder;
    this.#running = true;
    try {
      if (reading !== undefined) this.#reader.read(reading);
      while (this.#taken < this.#queue.length) {
        const entry = this.#queue[this.#taken++];
        reading = entry ?? undefined;
        resets = builder.resets;
        if (reading === undefined) this.#newStream();
        else this.#reader.read(reading);
      }
      if (this.#taken > 0) this.#clearQueue();
    } catch (error) {
      if (builder.failure !== undefined) this.#releaseAll();
      // A callback that resets and then throws has dropped the rest.
      else if (reading !== undefined && resets === builder.resets) this.#keepRest(reading);
      throw error;
    } finally {
      this.#running = false;
    }
  }

  /** A callback threw: what it left of the chunk goes to the front of what waits. */
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

  /** A limit was exceeded: nothing is held any more. */
  #releaseAll(): void {
    this.#clearQueue();
    this.#reader.reset();
  }

  #clearQueue(): void {
    this.#queue = [];
    this.#taken = 0;
  }
}
