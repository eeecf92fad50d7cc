/** What a {@link Ledger} has counted. */
export interface LedgerCounts {
  readonly received: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Events that the server never sent in this form. */
  readonly corrupted: number;
}

/** The server's own log beside what one consumer received: every event once, in order, unchanged. */
export class Ledger {
  /** What is still to come, in order. */
  readonly #expected = new Map<string, string>();
  #lastPublished = 0;
  #received = 0;
  #lost = 0;
  #duplicated = 0;
  #corrupted = 0;

  get counts(): LedgerCounts {
    return {
      received: this.#received,
      lost: this.#lost,
      duplicated: this.#duplicated,
      corrupted: this.#corrupted,
    };
  }

  /** How many published events were not received yet. */
  get missing(): number {
    return this.#expected.size;
  }

  /** The server has sent an event; ids are numbers that rise. */
  published(id: string, data: string): void {
    this.#expected.set(id, data);
    this.#lastPublished = Number(id);
  }

  /** The consumer has got an event; says what is wrong with that, if anything. */
  received(id: string, data: string): string | undefined {
    this.#received += 1;
    const expected = this.#expected.get(id);
    if (expected === undefined) {
      // What is not expected any more was received, or counted as lost, before.
      const known = /^\d+$/.test(id) && Number(id) <= this.#lastPublished;
      if (known) this.#duplicated += 1;
      else this.#corrupted += 1;
      return known ? `event ${id} came again` : `event ${JSON.stringify(id)} was never sent`;
    }
    const skipped = this.#skipTo(id);
    if (skipped > 0) return `${skipped} events before ${id} are lost`;
    if (data === expected) return undefined;
    this.#corrupted += 1;
    return `event ${id} is ${JSON.stringify(data.slice(0, 80))}, not ${JSON.stringify(expected.slice(0, 80))}`;
  }

  #skipTo(id: string): number {
    let skipped = 0;
    for (const next of this.#expected.keys()) {
      this.#expected.delete(next);
      if (next === id) break;
      skipped += 1;
    }
    this.#lost += skipped;
    return skipped;
  }
}
