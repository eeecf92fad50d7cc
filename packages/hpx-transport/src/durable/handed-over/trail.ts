import type { SseEvent } from "../../sse/index.js";
import { hashOf } from "./hash.js";

/** Events after one id that are remembered; later ones may come twice. */
const LONGEST = 1000;

/** The id to resume after, and the beginning of a list that only grows: what it is at one event, without a copy. */
export interface Footprint {
  readonly id: string;
  readonly hashes: readonly string[];
  /** How many of `hashes` count. */
  readonly length: number;
}

/**
 * The events after the last one with an id of its own. A server that resumes after that id sends them again, and only their
 * content tells that they came before.
 */
export class Trail {
  #id: string;
  #hashes: string[];
  /** The hashes that are expected again since a reconnect, and how many of them came. */
  #expected: readonly string[] = [];
  #met = 0;

  constructor(id: string, hashes: readonly string[]) {
    this.#id = id;
    this.#hashes = [...hashes];
  }

  /** The last id. */
  get id(): string {
    return this.#id;
  }

  /** Where it stands now. */
  get footprint(): Footprint {
    return { id: this.#id, hashes: this.#hashes, length: this.#hashes.length };
  }

  /** Events were added elsewhere. */
  moveTo({ id, hashes, length }: Footprint): void {
    if (id === this.#id && length === this.#hashes.length) return;
    this.#id = id;
    this.#hashes = hashes.slice(0, length);
  }

  /** Some events may come again. */
  get isReplaying(): boolean {
    return this.#met < this.#expected.length;
  }

  /** The connection was made again, and the server resumes after the last id. */
  reconnected(): void {
    this.#expected = [...this.#hashes];
    this.#met = 0;
  }

  /** Whether the server sends an event again. Each is recognised once, in its order. */
  recognises(event: SseEvent): boolean {
    if (!this.isReplaying) return false;
    if (event.id === this.#id && hashOf(event.event, event.data) === this.#expected[this.#met]) {
      this.#met += 1;
      return true;
    }
    this.#expected = [];
    this.#met = 0;
    return false;
  }

  /** Adds an event that is handed over. */
  add(event: SseEvent): void {
    if (event.id !== this.#id) {
      this.#id = event.id;
      // An empty list may serve many ids: a footprint counts what it has of it.
      if (this.#hashes.length > 0) this.#hashes = [];
    } else if (event.id !== "" && this.#hashes.length < LONGEST) {
      this.#hashes.push(hashOf(event.event, event.data));
    }
  }
}
