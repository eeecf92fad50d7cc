import { offAbort, onAbort } from "../connection/signals.js";
import { Consumer } from "./consumer.js";
import type { WsCore } from "./core.js";
import type { WsMessage } from "./protocol/message.js";
import { checkSchema, validated, valueOf, type WsSchema } from "./schema.js";
import type { Subscriber } from "./topics/subscriber.js";

/** The counts of a subscription, as a snapshot. */
export interface WsSubscriptionStats {
  /** Messages that were received, and that the consumer has not taken yet. */
  readonly buffered: number;
  /** Messages that were received. */
  readonly received: number;
  /** Messages that were dropped because the consumer did not keep up. */
  readonly dropped: number;
}

/** A message with its content as JSON, or as a schema has it. */
export interface WsJsonMessage<T> extends WsMessage {
  /** The content. */
  json: T;
}

/**
 * The messages of one topic, or of several, over all reconnects, for one consumer. Leaving a loop over it ends it; so does
 * `await using`. The server hears of it when the last subscription of a topic ends.
 *
 * A subscription that was closed just ends. One that an error ended throws it, after the messages that were received before.
 */
export class WsSubscription implements AsyncIterable<WsMessage>, AsyncDisposable {
  readonly #core: WsCore;
  readonly #subscriber: Subscriber;
  readonly #consumer: Consumer;

  /** Subscriptions come from {@link WsHandle.subscribe}. @internal */
  constructor(core: WsCore, subscriber: Subscriber, signal: AbortSignal | undefined) {
    this.#core = core;
    this.#subscriber = subscriber;
    this.#consumer = new Consumer(subscriber.inbox.channel, "subscription", this);
    if (signal === undefined) return;
    const abort = (): void => this.#end(signal.reason);
    if (signal.aborted) abort();
    else {
      onAbort(signal, abort);
      subscriber.onOver = () => offAbort(signal, abort);
    }
  }

  /** Its topics. */
  get topics(): readonly string[] {
    return this.#subscriber.topics;
  }

  /**
   * Resolves when the server has acknowledged every topic. Rejects with what ended the subscription before that:
   * `SUBSCRIPTION_FAILED` where a topic was refused. It may be ignored: it never becomes an unhandled rejection.
   */
  get ready(): Promise<void> {
    return this.#subscriber.ready;
  }

  /** Counts so far, as a snapshot. */
  get stats(): WsSubscriptionStats {
    const { channel, received, dropped } = this.#subscriber.inbox;
    return { buffered: channel.length, received, dropped };
  }

  /**
   * The next message. May be mixed with a later `for await`.
   *
   * @throws {TransportError} the error that ended the subscription, once; `CONFIG` when it has another consumer
   */
  next(): Promise<IteratorResult<WsMessage, undefined>> {
    return this.#consumer.next();
  }

  /**
   * All messages that have arrived since, one array at a time.
   *
   * @throws {TransportError} `CONFIG` when the subscription has a consumer already
   */
  batches(): AsyncIterable<WsMessage[]> {
    return this.#consumer.batches();
  }

  /**
   * The messages with their content as `json`: the handler's parse, or `JSON.parse`, checked by any Standard Schema where one
   * is given. A message that cannot be read ends the subscription with `WS_PARSE`.
   *
   * @throws {TransportError} `CONFIG` when the subscription has a consumer already, or `schema` is no Standard Schema
   */
  json<T = unknown>(schema?: WsSchema<T>): AsyncIterable<WsJsonMessage<T>> {
    checkSchema(schema);
    const iterator = this.#consumer.each("json()");
    const read = this.#read(iterator, schema);
    return { [Symbol.asyncIterator]: () => read };
  }

  /** @throws {TransportError} `CONFIG` when the subscription has a consumer already */
  [Symbol.asyncIterator](): AsyncIterator<WsMessage, undefined> {
    return this.#consumer.each("for await");
  }

  /** Ends it at once: unread messages are dropped, and its loop ends. May be called more than once. */
  close(): Promise<void> {
    this.#end(undefined);
    return Promise.resolve();
  }

  /** `await using subscription = ...` closes it at the end of the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #end(error: unknown): void {
    this.#subscriber.end(error, true);
    this.#core.registry.release(this.#subscriber);
  }

  async *#read<T>(
    iterator: AsyncIterator<WsMessage, undefined>,
    schema: WsSchema<T> | undefined,
  ): AsyncGenerator<WsJsonMessage<T>, undefined> {
    try {
      for (;;) {
        const result = await iterator.next();
        if (result.done === true) return undefined;
        yield Object.assign(result.value, { json: await validated(schema, valueOf(result.value)) });
      }
    } finally {
      await this.close();
    }
  }
}
