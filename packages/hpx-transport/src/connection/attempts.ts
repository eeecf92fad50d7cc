/** Counts attempts: since the last useful one, and how many of them were reconnects. */
export class AttemptCount {
  #current = 1;
  #everUseful = false;

  /** Which attempt in a row the current one is, from 1. */
  get current(): number {
    return this.#current;
  }

  /**
   * The current attempt is over. `abandoned`: `reconnect()` gave it up, which is no failure. Returns how many attempts in a row
   * were useless, and how many of those were reconnects; both are 0 after a useful one.
   */
  finish(attempt: { readonly useful: boolean; readonly abandoned: boolean }): { failures: number; reconnects: number } {
    this.#everUseful ||= attempt.useful;
    const failures = attempt.useful ? 0 : this.#current;
    // The first attempt of all is a connect, not a reconnect.
    const reconnects = attempt.useful ? 0 : this.#current - (this.#everUseful ? 0 : 1);
    if (attempt.useful) this.#current = 1;
    else if (!attempt.abandoned) this.#current += 1;
    return { failures, reconnects };
  }
}
