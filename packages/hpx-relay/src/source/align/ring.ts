import { Fnv64, lowHalfOf } from "../../hash.js";

/** Ids that are remembered. */
const CAPACITY = 10_000;
const FIRST_CAPACITY = 8;
/** The halves of the id's hash, and the half of the event's. */
const WORDS = 3;

/** Whether an event came before. `changed`: its id did, with another content. */
export type Sighting = "new" | "seen" | "changed";

/**
 * The last 10,000 ids of a source with the hash of their event, 12 bytes each: a source that sends events again is
 * recognised by it. It is searched after a connect only; then an index is built, which `rest` drops.
 */
export class Ring {
  #words = new Uint32Array(FIRST_CAPACITY * WORDS);
  #count = 0;
  #next = 0;
  #index: Map<string, number> | undefined;

  /** How many ids it has. */
  get size(): number {
    return this.#count;
  }

  /** Adds the id of an event; `hash` is `hashOf` the event. */
  add(id: string, hash: string): void {
    if (this.#next === this.#words.length / WORDS && this.#next < CAPACITY) this.#grow();
    if (this.#next === CAPACITY) this.#next = 0;
    const at = this.#next * WORDS;
    const { high, low } = hashOfId(id);
    this.#words[at] = high;
    this.#words[at + 1] = low;
    this.#words[at + 2] = lowHalfOf(hash);
    this.#next += 1;
    this.#count = Math.max(this.#count, this.#next);
    this.#index?.set(`${high}.${low}`, lowHalfOf(hash));
  }

  /** Looks for an event. */
  look(id: string, hash: string): Sighting {
    this.#index ??= this.#indexed();
    const { high, low } = hashOfId(id);
    const found = this.#index.get(`${high}.${low}`);
    if (found === undefined) return "new";
    return found === lowHalfOf(hash) ? "seen" : "changed";
  }

  /** Forgets everything: the source began its ids anew. */
  clear(): void {
    this.#words = new Uint32Array(FIRST_CAPACITY * WORDS);
    this.#count = 0;
    this.#next = 0;
    this.#index = undefined;
  }

  /** Drops the index: it is large, and the next connect may be days away. */
  rest(): void {
    this.#index = undefined;
  }

  #grow(): void {
    const words = new Uint32Array(Math.min(CAPACITY * WORDS, this.#words.length * 2));
    words.set(this.#words);
    this.#words = words;
  }

  #indexed(): Map<string, number> {
    const index = new Map<string, number>();
    const oldest = this.#count === CAPACITY ? this.#next : 0;
    for (let step = 0; step < this.#count; step += 1) {
      const at = ((oldest + step) % this.#count) * WORDS;
      index.set(`${this.#words[at]}.${this.#words[at + 1]}`, this.#words[at + 2] as number);
    }
    return index;
  }
}

function hashOfId(id: string): Fnv64 {
  const hash = new Fnv64();
  hash.text(id);
  return hash;
}
