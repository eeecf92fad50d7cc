import { type ByteSource, iterateBytes } from "./byte-source.js";
import type { ServerSentEvent } from "./event.js";
import { EventParser, type EventParserOptions } from "./parser/event-parser.js";
import type { EventSink } from "./parser/event-sink.js";

/** Options of an {@link EventStream}: the options of the parser, and callbacks for comments and `retry` lines. */
export interface EventStreamOptions<E extends ServerSentEvent = ServerSentEvent> extends EventParserOptions<E> {
  /** Called for each comment as soon as it is read, which may be before earlier events are taken from the stream. */
  readonly onComment?: ((text: string) => void) | undefined;
  /** Called with the milliseconds of each valid `retry` line as soon as it is read. */
  readonly onRetry?: ((milliseconds: number) => void) | undefined;
}

/**
 * The events of a byte stream, for `for await`. It can be iterated once.
 *
 * It reads the next chunk when all events of the chunk before are taken, so a slow loop slows the source down. Leaving
 * the loop cancels the source. An error of the source, or an {@link EventTooLargeError}, comes after the events that
 * were read before it. An unfinished event at the end is discarded, as the standard says.
 */
export class EventStream<E extends ServerSentEvent = ServerSentEvent> implements AsyncIterable<E> {
  readonly #source: ByteSource;
  readonly #parser: EventParser<E>;
  readonly #parsed: E[] = [];
  #iterated = false;

  /** @throws TypeError or RangeError for an invalid option, as {@link EventParser} does */
  constructor(source: ByteSource, options: EventStreamOptions<E> = {}) {
    this.#source = source;
    const { onComment, onRetry } = options;
    const sink: EventSink<E> = { onEvent: (event) => this.#parsed.push(event) };
    if (onComment !== undefined) sink.onComment = onComment;
    if (onRetry !== undefined) sink.onRetry = onRetry;
    this.#parser = new EventParser(sink, options);
  }

  /** The last event ID as of the last blank line that was read. Reconnect with this ID. */
  get lastEventId(): string {
    return this.#parser.lastEventId;
  }

  /** @throws TypeError when it was iterated before */
  [Symbol.asyncIterator](): AsyncIterator<E, undefined, undefined> {
    if (this.#iterated) throw new TypeError("an EventStream can be iterated once");
    this.#iterated = true;
    return new EventIterator(iterateBytes(this.#source), this.#parser, this.#parsed);
  }
}

/** Not an async generator: here an event that was already parsed costs only one resolved promise. */
class EventIterator<E extends ServerSentEvent> implements AsyncIterator<E, undefined, undefined> {
  readonly #source: AsyncIterator<Uint8Array, unknown, undefined>;
  readonly #parser: EventParser<E>;
  readonly #parsed: E[];
  #taken = 0;
  /** The end or the error that comes after the last parsed event; `undefined` until then. */
  #outcome: { readonly error?: unknown } | undefined;
  /** How many calls of `next` wait for a read, and the promise of the last one: calls resolve in their order. */
  #pendingCalls = 0;
  #lastCall: Promise<void> = Promise.resolve();

  constructor(source: AsyncIterator<Uint8Array, unknown, undefined>, parser: EventParser<E>, parsed: E[]) {
    this.#source = source;
    this.#parser = parser;
    this.#parsed = parsed;
  }

  next(): Promise<IteratorResult<E, undefined>> {
    if (this.#pendingCalls === 0) {
      const event = this.#take();
      if (event !== undefined) return Promise.resolve({ done: false, value: event });
    }
    this.#pendingCalls++;
    const result = this.#lastCall.then(() => this.#read()).finally(() => this.#pendingCalls--);
    this.#lastCall = result.then(ignore, ignore);
    return result;
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#parsed.length = 0;
    this.#taken = 0;
    if (this.#outcome === undefined) {
      this.#outcome = {};
      await this.#source.return?.();
    }
    return { done: true, value: undefined };
  }

  #take(): E | undefined {
    const event = this.#parsed[this.#taken];
    if (event !== undefined) {
      this.#taken++;
    } else {
      this.#parsed.length = 0;
      this.#taken = 0;
    }
    return event;
  }

  async #read(): Promise<IteratorResult<E, undefined>> {
    for (;;) {
      const event = this.#take();
      if (event !== undefined) return { done: false, value: event };
      if (this.#outcome !== undefined) return this.#finish(this.#outcome);
      try {
        const { done, value } = await this.#source.next();
        // After a call of `return` meanwhile, no event is delivered.
        if (this.#outcome !== undefined) continue;
        if (done) this.#outcome = {};
        else await this.#parse(value);
      } catch (error) {
        this.#outcome ??= { error };
      }
    }
  }

  async #parse(bytes: Uint8Array): Promise<void> {
    try {
      this.#parser.push(bytes);
    } catch (error) {
      this.#outcome = { error };
      // `for await` does not call `return` after an error, so the source is closed here.
      await this.#source.return?.(error);
    }
  }

  #finish(outcome: { readonly error?: unknown }): IteratorReturnResult<undefined> {
    this.#outcome = {};
    this.#parser.reset();
    if ("error" in outcome) throw outcome.error;
    return { done: true, value: undefined };
  }
}

function ignore(): void {}
