/** How often each thing happened; those named at the start are listed also when they never did. */
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
