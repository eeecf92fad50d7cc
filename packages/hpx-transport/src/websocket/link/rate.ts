/** Allows a number of messages in any second: the times of the last ones are kept. */
export class SendRate {
  /** The times of the last messages, a ring. */
  readonly #times: number[];
  #at = 0;

  constructor(perSecond: number) {
    this.#times = Array.from({ length: Math.max(1, Math.floor(perSecond)) }, () => Number.NEGATIVE_INFINITY);
  }

  /** Milliseconds until one more may be sent. */
  get wait(): number {
    const oldest = this.#times[this.#at] ?? Number.NEGATIVE_INFINITY;
    return Math.max(0, Math.ceil(oldest + 1000 - performance.now()));
  }

  /** A message is sent. */
  count(): void {
    this.#times[this.#at] = performance.now();
    this.#at = (this.#at + 1) % this.#times.length;
  }
}
