import { Fnv64 } from "../hash.js";

/** Longer ids are remembered by their hash. */
const LONGEST = 64;

/**
 * The newest ids of a source with the hash of their event: at least as many as `window`, and at most twice as many. The older
 * half goes at once: to delete single keys of a large map is slow.
 */
export class SeenIds {
  readonly #window: number;
  #newer = new Map<string, string>();
  #older = new Map<string, string>();

  constructor(window: number) {
    this.#window = window;
  }

  /** Remembers an event by its id. Returns whether the same event, id and hash, is there already. */
  add(id: string, hash: string): boolean {
    const key = keyOf(id);
    const newer = this.#newer.get(key);
    if ((newer ?? this.#older.get(key)) === hash) return true;
    if (newer === undefined && this.#newer.size === this.#window) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(key, hash);
    return false;
  }

  /** Forgets all. */
  clear(): void {
    this.#newer = new Map();
    this.#older = new Map();
  }
}

function keyOf(id: string): string {
  if (id.length <= LONGEST) return id;
  const hash = new Fnv64();
  hash.text(id);
  // No id of this length: it cannot be that of another one.
  return `${hash.hex()}${id.slice(0, LONGEST)}`;
}
