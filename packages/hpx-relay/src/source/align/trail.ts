import type { Position } from "../position.js";

/** Hashes that are kept; of longer trails only the last one is known. */
const LONGEST = 1000;

/** Events that are held while they may be the same as before. */
const MOST_HELD = 10_000;

/** What an event of a trail says. */
export type Meeting =
  /** It may be the same as before; more events tell. It is held. */
  | { readonly kind: "wait" }
  /** All events of the trail came again. */
  | { readonly kind: "same"; readonly count: number }
  /** They are others: here they are. */
  | { readonly kind: "new"; readonly held: readonly unknown[] };

/**
 * The events after the first one with the last id. A source that resumes after that id may send them again, and only their
 * content tells that they came before.
 */
export class Trail {
  #hashes: string[];
  #length: number;
  #last: string;
  #held: unknown[] = [];

  /** `hashes`: of the events of the trail, the newest last, as far as they are known. */
  constructor({ after, hash }: Pick<Position, "after" | "hash">, hashes: readonly string[]) {
    this.#length = after;
    this.#last = hash;
    this.#hashes = hashes.length === after ? [...hashes] : [];
  }

  /** An event was written; `after` is its place in the trail, 0 for an event with a new id. */
  add(after: number, hash: string): void {
    if (after === 0) {
      if (this.#hashes.length > 0) this.#hashes = [];
    } else if (this.#hashes.length === after - 1 && after <= LONGEST) this.#hashes.push(hash);
    this.#length = after;
    this.#last = hash;
  }

  /** The connection begins anew after the last id. */
  restart(): void {
    this.#held = [];
  }

  /** An event after the last id, on a new connection. */
  meet(event: unknown, hash: string): Meeting {
    this.#held.push(event);
    const count = this.#held.length;
    const expected = count === this.#length ? this.#last : this.#hashes[count - 1];
    const differs = this.#length < count || (expected !== undefined && expected !== hash);
    if (differs || count > MOST_HELD) return { kind: "new", held: this.give() };
    if (count < this.#length) return { kind: "wait" };
    this.#held = [];
    return { kind: "same", count };
  }

  /** Hands over what is held. */
  give(): readonly unknown[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }
}
