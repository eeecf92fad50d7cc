const FIRST = 5;
const LONGEST = 1000;

/** Waits that grow from nothing to a second, and end with a signal. */
export class Pause {
  readonly #signal: AbortSignal;
  #count: number;

  /** `count`: how many waits there were already. */
  constructor(signal: AbortSignal, count = 0) {
    this.#signal = signal;
    this.#count = count;
  }

  /** Resolves after the next wait, or at once when the signal is aborted. The first one takes no time. */
  async next(): Promise<void> {
    const delay = this.#count === 0 ? 0 : Math.min(LONGEST, FIRST * 2 ** Math.min(this.#count, 16));
    this.#count += 1;
    if (delay > 0) await sleep(delay, this.#signal);
  }
}

/** Resolves after `delay` milliseconds, or when `signal` is aborted. */
export function sleep(delay: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, delay);
    signal.addEventListener("abort", done);
  });
}
