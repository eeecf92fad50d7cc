import { LONGEST_TIMER } from "../checks/check.js";

/**
 * Limits how often a connection connects, whatever the server and the hooks ask for: a bucket of `burst` connects that
 * refills by `perSecond`. Every attempt takes one.
 */
export class ConnectRate {
  readonly #burst: number;
  readonly #perSecond: number;
  /** Connects that are left, as of `#at`. */
  #left: number;
  #at = performance.now();

  constructor({ burst, perSecond }: { readonly burst: number; readonly perSecond: number }) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
  }

  /** An attempt begins. */
  take(): void {
    this.#refill();
    this.#left -= 1;
  }

  /** Milliseconds until the next attempt may begin. */
  get wait(): number {
    this.#refill();
    return this.#left >= 1 ? 0 : Math.min(Math.ceil(((1 - this.#left) / this.#perSecond) * 1000), LONGEST_TIMER);
  }

  #refill(): void {
    const now = performance.now();
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
  }
}
