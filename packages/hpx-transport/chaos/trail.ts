/** The last things that happened, for whoever has to find out why a run failed. */
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
