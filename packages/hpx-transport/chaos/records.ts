/** The last steps on a connection, printed when the run fails. */
export class Trail {
  readonly #length: number;
  #lines: string[] = [];

  constructor(length: number) {
    this.#length = length;
  }

  /** Oldest first. */
  get lines(): readonly string[] {
    return this.#lines.slice(-this.#length);
  }

  add(what: string): void {
    this.#lines.push(`${performance.now().toFixed(0)} ms: ${what}`);
    if (this.#lines.length > 2 * this.#length) this.#lines = this.#lines.slice(-this.#length);
  }
}

/** Counts by name. The names given at the start are listed also with a count of 0. */
export class Tally<K extends string> {
  readonly #counts: Map<K, number>;

  constructor(names: readonly K[]) {
    this.#counts = new Map(names.map((name) => [name, 0]));
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  add(name: K): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}
