import type { Channel } from "../connection/channel.js";
import { TransportError } from "../error.js";
import type { WsMessage } from "./protocol/message.js";

/** Is closed when a loop over it is left. */
interface Closable {
  close(): Promise<void>;
}

type Way = "next()" | "for await" | "batches()" | "json()";

/** The one consumer of a channel of messages, in one of the ways to read it. */
export class Consumer {
  readonly #channel: Channel<WsMessage>;
  readonly #what: "stream" | "subscription";
  readonly #owner: Closable;
  #way: Way | undefined;

  constructor(channel: Channel<WsMessage>, what: "stream" | "subscription", owner: Closable) {
    this.#channel = channel;
    this.#what = what;
    this.#owner = owner;
  }

  next(): Promise<IteratorResult<WsMessage, undefined>> {
    try {
      if (this.#way !== "next()") this.#claim("next()");
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#channel.next();
  }

  each(way: "for await" | "json()"): AsyncIterator<WsMessage, undefined> {
    this.#claim(way);
    return this.#iterate(() => this.#channel.next());
  }

  batches(): AsyncIterable<WsMessage[]> {
    this.#claim("batches()");
    const iterator = this.#iterate(() => this.#channel.takeAll());
    return { [Symbol.asyncIterator]: () => iterator };
  }

  #claim(way: Way): void {
    const current = this.#way;
    if (current !== undefined && (current !== "next()" || way !== "for await")) {
      const expected = `the ${this.#what} is being read by ${current}, and it has one consumer only`;
      throw TransportError.config(this.#what, way, expected);
    }
    this.#way = way;
  }

  #iterate<T>(next: () => Promise<IteratorResult<T, undefined>>): AsyncIterator<T, undefined> {
    return {
      next,
      return: async () => {
        await this.#owner.close();
        return { done: true, value: undefined };
      },
    };
  }
}
