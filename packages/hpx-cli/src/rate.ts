const TENTH = 100;
/** Ten full tenths of a second, and the current one. */
const BUCKETS = 11;

/** Counts per second over the last whole second, in tenths, so that it costs the same at any rate. */
export class Rate {
  readonly #buckets: number[] = Array.from({ length: BUCKETS }, () => 0);
  /** The tenth that was counted last. */
  #current = -1;

  /** `at` is in milliseconds, of any clock that only goes forward. */
  count(at: number, times = 1): void {
    this.#advance(at);
    const bucket = this.#current % BUCKETS;
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + times;
  }

  perSecond(at: number): number {
    this.#advance(at);
    const underWay = this.#current % BUCKETS;
    return this.#buckets.reduce((sum, count, bucket) => (bucket === underWay ? sum : sum + count), 0);
  }

  #advance(at: number): void {
    const tenth = Math.floor(at / TENTH);
    const forgotten = Math.max(this.#current + 1, tenth - BUCKETS + 1);
    for (let next = forgotten; next <= tenth; next += 1) this.#buckets[next % BUCKETS] = 0;
    this.#current = tenth;
  }
}
