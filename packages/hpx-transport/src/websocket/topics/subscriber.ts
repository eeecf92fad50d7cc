import type { Deferred } from "../../connection/deferred.js";
import { TransportError } from "../../error.js";
import type { Inbox } from "./inbox.js";

/** One subscription, as the connection sees it. It ends once. */
export class Subscriber {
  readonly topics: readonly string[];
  readonly inbox: Inbox;
  readonly #ready: Deferred<void>;
  /** Topics without an acknowledgement. */
  readonly #missing: Set<string>;
  #isOver = false;
  /** Called once, when it is over. */
  onOver: () => void = () => {};

  constructor(topics: readonly string[], inbox: Inbox, ready: Deferred<void>) {
    this.topics = topics;
    this.inbox = inbox;
    this.#ready = ready;
    this.#missing = new Set(topics);
  }

  /** Resolves when every topic is acknowledged; its rejection is never reported as unhandled. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  acknowledged(topic: string): void {
    if (this.#missing.delete(topic) && this.#missing.size === 0) this.#ready.resolve();
  }

  /** It is over: with `error`, or cleanly. `discard`: unread messages are dropped. */
  end(error: unknown, discard: boolean): void {
    if (this.#isOver) {
      // Such as an abort, after an end that left unread messages.
      if (discard) this.inbox.channel.discard({});
      return;
    }
    this.#isOver = true;
    this.onOver();
    this.inbox.close();
    const end = error === undefined ? {} : { error };
    if (discard) this.inbox.channel.discard(end);
    this.inbox.channel.end(end);
    this.#ready.reject(error ?? TransportError.subscriptionFailed(this.topics, "the subscription was closed"));
  }
}
