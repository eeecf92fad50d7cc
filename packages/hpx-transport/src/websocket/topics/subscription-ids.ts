import type { Hooks } from "../protocol/hooks.js";
import type { WsId } from "../protocol/message.js";

/**
 * The ids by which the updates of one socket name their subscription: those that the server gave or, where it gives none, those
 * of the messages that subscribed.
 */
export class SubscriptionIds {
  readonly #hooks: Hooks;
  readonly #topics = new Map<WsId, string>();
  readonly #ids = new Map<string, WsId>();

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  topicOf(id: WsId): string | undefined {
    return this.#topics.get(id);
  }

  of(topic: string): WsId | undefined {
    return this.#ids.get(topic);
  }

  /** The server has answered a message that subscribes to `topics` with `value`. */
  answered(topics: Iterable<string>, value: unknown): void {
    if (this.#hooks.handler.subscriptionId === undefined) return;
    for (const topic of topics) {
      const id = this.#hooks.subscriptionId(value, topic);
      if (id !== undefined) this.#learn(topic, id);
    }
  }

  /** A message with `id` subscribes to `topics`. */
  asked(topics: readonly string[], id: WsId): void {
    const [topic] = topics;
    if (topics.length === 1 && topic !== undefined && this.#hooks.handler.subscriptionId === undefined) {
      this.#learn(topic, id);
    }
  }

  forget(topic: string): void {
    const id = this.#ids.get(topic);
    if (id === undefined) return;
    this.#topics.delete(id);
    this.#ids.delete(topic);
  }

  #learn(topic: string, id: WsId): void {
    this.#ids.set(topic, id);
    this.#topics.set(id, topic);
  }
}
