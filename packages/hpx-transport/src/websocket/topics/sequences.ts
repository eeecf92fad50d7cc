import type { WsSequence } from "../protocol/handler.js";

/** How a message stands to the one before it of the same stream. */
export type Standing =
  /** It is the first of its stream. */
  | { readonly kind: "first" }
  /** It is the next one. */
  | { readonly kind: "next" }
  /** The count begins again. */
  | { readonly kind: "restart" }
  /** It is not newer than the last one. */
  | { readonly kind: "old" }
  /** Messages are missing in between. */
  | { readonly kind: "jump"; readonly missing: number | "unknown" };

const NEXT: Standing = { kind: "next" };

/** Streams that are remembered; the one that was quiet for longest is forgotten. */
const MAX_STREAMS = 100_000;

/** The last number of each stream, over all sockets of a connection. */
export class Sequences {
  readonly #last = new Map<string, number>();
  /** By topic, for a feed that can replay after a number. */
  readonly #lastOfTopic = new Map<string, number>();

  /** How a message with `sequence` stands to the last one. Changes nothing. */
  standing(sequence: WsSequence): Standing {
    const { stream, last, first = last, previous, restart = false } = sequence;
    const before = this.#last.get(stream);
    if (before === undefined) return { kind: "first" };
    if (restart) return { kind: "restart" };
    if (last <= before) return { kind: "old" };
    if (previous !== undefined) return previous === before ? NEXT : { kind: "jump", missing: "unknown" };
    return first <= before + 1 ? NEXT : { kind: "jump", missing: first - before - 1 };
  }

  /** The message with `sequence` is delivered. */
  advance(topic: string, { stream, last }: WsSequence): void {
    if (!this.#last.has(stream) && this.#last.size >= MAX_STREAMS) {
      const [oldest] = this.#last.keys();
      if (oldest !== undefined) this.#last.delete(oldest);
    }
    this.#last.set(stream, last);
    this.#lastOfTopic.set(topic, last);
  }

  /** Whether `sequence` is older than the last one of its stream. */
  isBehind({ stream, last }: WsSequence): boolean {
    return last <= (this.#last.get(stream) ?? Number.NEGATIVE_INFINITY);
  }

  lastOf(topic: string): number | undefined {
    return this.#lastOfTopic.get(topic);
  }

  /** The topic is not subscribed to any more. */
  forget(topic: string): void {
    this.#lastOfTopic.delete(topic);
  }
}
