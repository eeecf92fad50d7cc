/** Counts attempts: since the last one that delivered an event, and how many of them were reconnects. */
export class AttemptCount {
  #current = 1;
  #everDelivered = false;

  /** Which attempt in a row the current one is, from 1. */
  get current(): number {
    return this.#current;
  }

  /**
   * The current attempt is over. One that was given up for a `reconnect()` is no failure. Returns how many in a row
   * delivered nothing, and how many of those were reconnects; both 0 when this one delivered.
   */
  finish(attempt: { readonly delivered: boolean; readonly abandoned: boolean }): {
    barren: number;
    reconnects: number;
  } {
    this.#everDelivered ||= attempt.delivered;
    const barren = attempt.delivered ? 0 : this.#current;
    // The first attempt of all is a connect, not a reconnect.
    const reconnects = attempt.delivered ? 0 : this.#current - (this.#everDelivered ? 0 : 1);
    if (attempt.delivered) this.#current = 1;
    else if (!attempt.abandoned) this.#current += 1;
    return { barren, reconnects };
  }
}
