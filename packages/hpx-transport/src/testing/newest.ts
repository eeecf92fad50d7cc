/** The newest records of a kind, and how many there were. */
export class Newest<T> {
  readonly newest: T[] = [];
  readonly #name: string;
  readonly #option: string;
  readonly #limit: number;
  readonly #sizeOf: (record: T) => number;
  #count = 0;
  #size = 0;

  /**
   * Keeps records of `name` up to `limit`, which the user set by `option`: a number of them, or of what `sizeOf` counts. The
   * newest one is kept in any case, but for a limit of 0.
   */
  constructor(name: string, option: string, limit: number, sizeOf: (record: T) => number = () => 1) {
    this.#name = name;
    this.#option = option;
    this.#limit = limit;
    this.#sizeOf = sizeOf;
  }

  /** How many were added, including forgotten ones. */
  get count(): number {
    return this.#count;
  }

  add(record: T): void {
    this.#count += 1;
    this.#size += this.#sizeOf(record);
    this.newest.push(record);
    while (this.#size > this.#limit && this.newest.length > (this.#limit === 0 ? 0 : 1)) {
      this.#size -= this.#sizeOf(this.newest.shift() as T);
    }
  }

  /** The `n`-th record, 1 for the first; throws if it was forgotten. */
  at(n: number): T {
    const record = this.newest[n - 1 - this.#count + this.newest.length];
    if (record !== undefined) return record;
    throw new Error(`${this.#name} ${n} was forgotten: the last ${this.newest.length} are kept (${this.#option})`);
  }
}
