import type { WsSequence } from "../protocol/handler.js";
import type { Update, UpdateSource } from "./feed.js";
import type { Sequences } from "./sequences.js";

const NONE: readonly Update[] = [];

/** Messages of one topic that are held back until the older socket has delivered what comes before them. */
const MAX_HELD = 1000;

/**
 * The topics that two sockets deliver while one replaces the other. A topic changes over at the first message of the newer
 * socket that repeats, or follows, the last one delivered: what comes next on it has no gap before it. A message that is further ahead is held back: what is missing before it is still
 * on its way on the older socket.
 */
export class Handover {
  readonly #newer: UpdateSource;
  readonly #sequences: Sequences;
  /** What is held back, by topic. A topic that has changed over is not there. */
  readonly #held: Map<string, { update: Update; sequence: WsSequence | undefined }[]>;
  readonly #changed = new Set<string>();

  constructor(newer: UpdateSource, topics: Iterable<string>, sequences: Sequences) {
    this.#newer = newer;
    this.#sequences = sequences;
    this.#held = new Map([...topics].map((topic) => [topic, []]));
  }

  /** Every topic has changed over. */
  get isDone(): boolean {
    return this.#held.size === 0;
  }

  covers(topic: string): boolean {
    return this.#held.has(topic) || this.#changed.has(topic);
  }

  /** Takes an update of either socket. Returns what is to be delivered now. */
  take(update: Update, sequence: WsSequence | undefined): readonly Update[] {
    const { topic, source } = update;
    const held = this.#held.get(topic);
    const isNewer = source === this.#newer;
    // It has changed over: the older socket only repeats.
    if (held === undefined) return isNewer ? [update] : NONE;
    if (!isNewer) return [update];
    if (sequence !== undefined && held.length === 0) {
      if (this.#sequences.standing(sequence).kind !== "jump") return this.#change(topic, [update]);
    }
    held.push({ update, sequence });
    return held.length > MAX_HELD
      ? this.#change(
          topic,
          held.map((each) => each.update),
        )
      : [];
  }

  /** The older socket has delivered more: what was held back may follow now. */
  release(topic: string): readonly Update[] {
    const held = this.#held.get(topic);
    if (held === undefined || held.length === 0) return [];
    const rest = held.filter(({ sequence }) => sequence === undefined || !this.#sequences.isBehind(sequence));
    const first = rest[0]?.sequence;
    if (first !== undefined && this.#sequences.standing(first).kind === "jump") return [];
    return this.#change(
      topic,
      rest.map(({ update }) => update),
    );
  }

  /** Ends it. Returns what is still held back. */
  finish(): readonly Update[] {
    const rest = [...this.#held.values()]
      .flat()
      .filter(({ sequence }) => sequence === undefined || !this.#sequences.isBehind(sequence));
    this.#held.clear();
    return rest.map(({ update }) => update);
  }

  #change(topic: string, updates: readonly Update[]): readonly Update[] {
    this.#held.delete(topic);
    this.#changed.add(topic);
    return updates;
  }
}
