/** Counts attempts: since the last useful one, and how many of them were reconnects. */
export class AttemptCount {
  #current = 1;
  #everUseful = false;
  /** Attempts in a row that ended with a lasting error. */
  #lastingErrors = 0;

  /** Which attempt in a row the current one is, from 1. */
  get current(): number {
    return this.#current;
  }

  /**
   * The current attempt is over. `abandoned`: `reconnect()` gave it up, which is no failure. `lasting`: another one seldom cures
   * its error. Returns how many attempts in a row were useless, and how many of those were reconnects; both are 0 after a useful
   * one; and how many in a row ended with a lasting error.
   */
  finish(attempt: { readonly useful: boolean; readonly abandoned: boolean; readonly lasting: boolean }): {
    failuresInARow: number;
    failedReconnects: number;
    lastingErrors: number;
  } {
    this.#lastingErrors = attempt.lasting ? this.#lastingErrors + 1 : 0;
    this.#everUseful ||= attempt.useful;
    const failures = attempt.useful ? 0 : this.#current;
    // The first attempt of all is a connect, not a reconnect.
    const reconnects = attempt.useful ? 0 : this.#current - (this.#everUseful ? 0 : 1);
    if (attempt.useful) this.#current = 1;
    else if (!attempt.abandoned) this.#current += 1;
    return { failuresInARow: failures, failedReconnects: reconnects, lastingErrors: this.#lastingErrors };
  }
}
