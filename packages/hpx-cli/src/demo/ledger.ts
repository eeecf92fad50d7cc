/** What came of the ids that were issued. Any number but those of `expected` and `received` is a failure. */
export interface Account {
  readonly expected: number;
  /** Different ids. */
  readonly received: number;
  readonly lost: number;
  /** Events whose id had come before. */
  readonly duplicated: number;
  /** Events that came for the first time, but after one with a higher id. */
  readonly outOfOrder: number;
  /** Events with an id that was never issued. */
  readonly unknown: number;
}

/** Keeps the books on a stream whose ids count from 1. */
export class Ledger {
  readonly #ids = new Set<number>();
  #highest = 0;
  #duplicated = 0;
  #outOfOrder = 0;
  #unknown = 0;

  receive(eventId: string): void {
    const id = Number(eventId);
    if (!Number.isSafeInteger(id) || id < 1) {
      this.#unknown += 1;
      return;
    }
    if (this.#ids.has(id)) this.#duplicated += 1;
    else if (id < this.#highest) this.#outOfOrder += 1;
    this.#ids.add(id);
    this.#highest = Math.max(this.#highest, id);
  }

  /** How many different ids came. */
  get received(): number {
    return this.#ids.size;
  }

  /** The highest id that came; 0 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** The account when `lastIssued` is the last id that the exchange issued, whether it sent it or not. */
  account(lastIssued: number): Account {
    const beyond = [...this.#ids].filter((id) => id > lastIssued).length;
    const received = this.#ids.size - beyond;
    return {
      expected: lastIssued,
      received,
      lost: lastIssued - received,
      duplicated: this.#duplicated,
      outOfOrder: this.#outOfOrder,
      unknown: this.#unknown + beyond,
    };
  }
}
