import { Consumer } from "./consumer.js";
import type { WsCore } from "./core.js";
import type { WsMessage } from "./protocol/message.js";

/**
 * The messages that no subscription claims and that answer no request, over all reconnects, for one consumer. Where it is never
 * read it holds nothing up: a number of messages is kept, and older ones are dropped and counted. Leaving a loop over it closes
 * the connection.
 *
 * A stream that was closed just ends. A stream that an error ended throws it, after the messages that were received before.
 */
export class WsStream implements AsyncIterable<WsMessage> {
  readonly #core: WsCore;
  readonly #consumer: Consumer;

  /** Streams come from {@link WsConnection}. @internal */
  constructor(core: WsCore) {
    this.#core = core;
    this.#consumer = new Consumer(core.loop.channel, "stream", core.loop);
  }

  /**
   * The next message. May be mixed with a later `for await`.
   *
   * @throws {TransportError} the error that ended the stream, once; `CONFIG` when the stream has another consumer
   */
  next(): Promise<IteratorResult<WsMessage, undefined>> {
    this.#core.stream.startReading();
    return this.#consumer.next();
  }

  /**
   * All messages that have arrived since, one array at a time: the cheapest way to read a busy stream.
   *
   * @throws {TransportError} `CONFIG` when the stream has a consumer already
   */
  batches(): AsyncIterable<WsMessage[]> {
    this.#core.stream.startReading();
    return this.#consumer.batches();
  }

  /** @throws {TransportError} `CONFIG` when the stream has a consumer already */
  [Symbol.asyncIterator](): AsyncIterator<WsMessage, undefined> {
    this.#core.stream.startReading();
    return this.#consumer.each("for await");
  }
}
