import type { WsId } from "../protocol/message.js";
import type { Deadline, Deadlines } from "../requests/deadlines.js";

/** A subscribe or unsubscribe message that has no answer, or not for all of its topics. */
export interface Call {
  readonly kind: "subscribe" | "unsubscribe";
  readonly id: WsId;
  /** Those without an answer. */
  readonly topics: Set<string>;
  deadline: Deadline | undefined;
}

/** The calls of one socket that have no answer, by their id and by their topics. */
export class Calls {
  readonly #deadlines: Deadlines;
  readonly #byId = new Map<WsId, Call>();
  readonly #byTopic = new Map<string, Call>();

  constructor(deadlines: Deadlines) {
    this.#deadlines = deadlines;
  }

  add(kind: Call["kind"], id: WsId, topics: readonly string[]): Call {
    const call: Call = { kind, id, topics: new Set(topics), deadline: undefined };
    this.#byId.set(id, call);
    for (const topic of topics) this.#byTopic.set(topic, call);
    return call;
  }

  get(id: WsId | undefined): Call | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** The call is sent, and its answer is due in `limit` milliseconds; 0 means no limit. */
  expectAnswer(call: Call, limit: number, onLate: () => void): void {
    if (limit === 0) return;
    call.deadline = this.#deadlines.add(limit, () => {
      call.deadline = undefined;
      onLate();
    });
  }

  /** The topic has its answer. A call without any other is over. */
  settle(topic: string): void {
    const call = this.#byTopic.get(topic);
    if (call === undefined) return;
    this.#byTopic.delete(topic);
    call.topics.delete(topic);
    if (call.topics.size > 0) return;
    this.#byId.delete(call.id);
    if (call.deadline !== undefined) this.#deadlines.remove(call.deadline);
  }

  /** The socket is over. */
  stop(): void {
    for (const { deadline } of this.#byId.values()) if (deadline !== undefined) this.#deadlines.remove(deadline);
  }
}

/** `topics` in lists of at most `size`. */
export function* batches(topics: readonly string[], size: number): Iterable<readonly string[]> {
  for (let at = 0; at < topics.length; at += size) yield topics.slice(at, at + size);
}
