import type { JsonStream, OnInvalid, StandardSchema } from "sseer";
import { TransportError } from "../error.js";
import { type SseJsonOptions, SseJsonStream } from "./json.js";
import type { SseEvent } from "./protocol/event.js";
import type { SseCore } from "./start.js";

type Consumer = "next()" | "for await" | "batches()" | "json()" | "toReadableStream()";

/**
 * The events of a connection, over all its reconnects, for one consumer. Reading it holds the server back or lets it
 * go on; leaving a loop over it closes the connection.
 *
 * A stream that was closed just ends. A stream that an error ended throws it, after the events that were received before.
 */
export class SseStream implements AsyncIterable<SseEvent> {
  readonly #core: SseCore;
  #consumer: Consumer | undefined;

  /** Streams come from {@link SseConnection}. @internal */
  constructor(core: SseCore) {
    this.#core = core;
  }

  /**
   * The next event. May be mixed with a later `for await`.
   *
   * @throws {TransportError} the error that ended the stream, once; `CONFIG` when the stream has another consumer
   */
  next(): Promise<IteratorResult<SseEvent, undefined>> {
    try {
      if (this.#consumer !== "next()") this.#claim("next()");
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#core.loop.channel.next();
  }

  /** @throws {TransportError} `CONFIG` when the stream has a consumer already */
  [Symbol.asyncIterator](): AsyncIterator<SseEvent, undefined> {
    this.#claim("for await");
    return this.#iterate(() => this.#core.loop.channel.next());
  }

  /**
   * All events that have arrived since, one array at a time: the cheapest way to read a busy stream.
   *
   * @throws {TransportError} `CONFIG` when the stream has a consumer already
   */
  batches(): AsyncIterable<SseEvent[]> {
    this.#claim("batches()");
    const iterator = this.#iterate(() => this.#core.loop.channel.takeAll());
    return { [Symbol.asyncIterator]: () => iterator };
  }

  /**
   * The `data` events with their payload parsed as `json`, checked by any Standard Schema (zod, valibot, ...) where
   * one is given. Without one, `json<Trade>()` just says what the payload is. Events of other kinds carry no payload and are
   * passed over.
   *
   * A payload that is not JSON, or that the schema refuses, closes the connection and throws `SSE_PARSE` with the event
   * and the path, unless `onInvalid` says otherwise. A schema that throws is `HANDLER` in any case.
   *
   * @throws {TransportError} `CONFIG` when the stream has a consumer already, `schema` is no Standard Schema, or an option
   * cannot be used
   */
  json<T = unknown>(): JsonStream<SseEvent, T>;
  json<T>(schema: StandardSchema<T>): JsonStream<SseEvent, T>;
  json<T = unknown, M extends OnInvalid = "throw">(
    schema: StandardSchema<T> | undefined,
    options: SseJsonOptions<M>,
  ): JsonStream<SseEvent, T, M, TransportError<"SSE_PARSE">>;
  json<T, M extends OnInvalid>(schema?: StandardSchema<T>, options: SseJsonOptions<M> = {}): unknown {
    const json = new SseJsonStream(this.#core, schema, options);
    this.#claim("json()");
    return json;
  }

  /**
   * A web stream of the events; cancelling it closes the connection.
   *
   * @throws {TransportError} `CONFIG` when the stream has a consumer already
   */
  toReadableStream(): ReadableStream<SseEvent> {
    this.#claim("toReadableStream()");
    return new ReadableStream<SseEvent>(
      {
        pull: async (controller) => {
          const result = await this.#core.loop.channel.next();
          if (result.done) controller.close();
          else controller.enqueue(result.value);
        },
        cancel: () => this.#core.loop.close(),
      },
      { highWaterMark: 0 },
    );
  }

  #claim(consumer: Consumer): void {
    const current = this.#consumer;
    if (current !== undefined && (current !== "next()" || consumer !== "for await")) {
      throw TransportError.config(
        "stream",
        consumer,
        `the stream is being read by ${current}, and it has one consumer only`,
      );
    }
    this.#consumer = consumer;
  }

  #iterate<T>(next: () => Promise<IteratorResult<T, undefined>>): AsyncIterator<T, undefined> {
    return {
      next,
      return: async () => {
        await this.#core.loop.close();
        return { done: true, value: undefined };
      },
    };
  }
}
