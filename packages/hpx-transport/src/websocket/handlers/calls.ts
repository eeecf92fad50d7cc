import type { WsId } from "../protocol/message.js";

/** Calls that are remembered: an answer that never comes must not keep its topics for ever. */
const MAX_CALLS = 1000;

/** The topics of `subscribe` calls that have no answer, for services whose answers name them by half. */
export class Calls {
  readonly #topics = new Map<WsId, readonly string[]>();

  add(id: WsId, topics: readonly string[]): void {
    this.#topics.set(id, topics);
    if (this.#topics.size <= MAX_CALLS) return;
    const [oldest] = this.#topics.keys();
    if (oldest !== undefined) this.#topics.delete(oldest);
  }

  /** The topics of the call, which stay for further answers. */
  of(id: WsId | undefined): readonly string[] {
    return (id === undefined ? undefined : this.#topics.get(id)) ?? [];
  }

  /** The topics of the call, which is answered now. */
  take(id: WsId | undefined): readonly string[] {
    const topics = this.of(id);
    if (id !== undefined) this.#topics.delete(id);
    return topics;
  }
}
