/** Counts by name. The names given at the start are listed also with a count of 0. */
export class Tally {
  readonly #counts = new Map<string, number>();

  constructor(names: readonly string[] = []) {
    for (const name of names) this.#counts.set(name, 0);
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  add(name: string, times = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + times);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}
