/** Wakes one waiter. A ring without a waiter is kept for the next one. */
export class Bell {
  #isRung = false;
  #wake: () => void = () => {};

  ring(): void {
    this.#isRung = true;
    this.#wake();
  }

  /** Resolves at the next ring, after `longest` milliseconds, or when `signal` is aborted. */
  async rung(longest: number, signal: AbortSignal): Promise<void> {
    if (!this.#isRung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          resolve();
        };
        const timer = setTimeout(done, longest);
        signal.addEventListener("abort", done);
        this.#wake = done;
      });
    }
    this.#isRung = false;
  }
}
