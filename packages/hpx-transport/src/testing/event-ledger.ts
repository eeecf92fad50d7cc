/** The counts of an {@link EventLedger}. In a run without faults `received` equals `sent`, and all others are 0. */
export interface EventLedgerCounts {
  /** Events that were sent. */
  readonly sent: number;
  /** Different sent events that were received. */
  readonly received: number;
  /** Sent events that were not received, and no later one either: they may still be on their way. */
  readonly pending: number;
  /** Sent events that were not received, although a later one was. */
  readonly lost: number;
  /** Events that were received again. */
  readonly duplicated: number;
  /** Events that were received for the first time after a later one. */
  readonly outOfOrder: number;
  /** Events that were received with other data than they were sent with. */
  readonly corrupted: number;
  /** Events that were received with an id that was not sent. */
  readonly unknown: number;
}

/**
 * How many ids of received events a ledger remembers at least. All of them would be a leak in a run of hours; an older event
 * that is received again counts as unknown.
 */
const REMEMBERED = 50_000;

interface SentEvent {
  /** 1 for the first event. */
  readonly position: number;
  readonly data: string | undefined;
}

/**
 * Compares the events that a server sent with the events that a consumer received: every event must arrive once, in order
 * and unchanged. Each event needs an id of its own.
 *
 * @example
 * ```ts
 * const ledger = new EventLedger();
 * for (const data of ["a", "b", "c"]) ledger.sent(server.publish({ data }), data);
 * for await (const { id, data } of connection) {
 *   ledger.received(id, data);
 *   if (ledger.counts.pending === 0) break;
 * }
 * const { lost, duplicated } = ledger.counts; // 0 and 0
 * ```
 */
export class EventLedger {
  /** By id, every event that was sent and not received. */
  readonly #missing = new Map<string, SentEvent>();
  readonly #counts = { sent: 0, received: 0, lost: 0, duplicated: 0, outOfOrder: 0, corrupted: 0, unknown: 0 };
  /** Ids of received events: the newest, and those before them. */
  #seen = new Set<string>();
  #seenBefore = new Set<string>();
  /** The position of the newest event that was received. */
  #newest = 0;

  /** The counts so far. */
  get counts(): EventLedgerCounts {
    return { ...this.#counts, pending: this.#counts.sent - this.#newest };
  }

  /**
   * Adds an event that the server sends. Call it in the order of sending, before the event can be received. Without `data`
   * only the id is compared.
   *
   * @throws {TypeError} if the id was sent before
   */
  sent(id: string, data?: string): void {
    if (this.#missing.has(id) || this.#wasSeen(id)) {
      throw new TypeError(
        `the id ${JSON.stringify(id)} was sent before; a ledger needs an id of its own for each event`,
      );
    }
    this.#counts.sent += 1;
    this.#missing.set(id, { position: this.#counts.sent, data });
  }

  /** Adds an event that the consumer received. Returns a description of what is wrong with it, if anything is. */
  received(id: string, data?: string): string | undefined {
    const counts = this.#counts;
    const name = JSON.stringify(id);
    const event = this.#missing.get(id);
    if (event === undefined) {
      const again = this.#wasSeen(id);
      counts[again ? "duplicated" : "unknown"] += 1;
      return again ? `event ${name} came again` : `event ${name} was never sent`;
    }
    this.#missing.delete(id);
    this.#remember(id);
    counts.received += 1;
    const isLate = event.position < this.#newest;
    const overtaken = isLate ? 0 : event.position - this.#newest - 1;
    if (isLate) {
      counts.outOfOrder += 1;
      counts.lost -= 1;
    } else {
      counts.lost += overtaken;
      this.#newest = event.position;
    }
    if (event.data !== undefined && data !== undefined && event.data !== data) {
      counts.corrupted += 1;
      return `event ${name} has the data ${shorten(data)}, sent was ${shorten(event.data)}`;
    }
    if (isLate) return `event ${name} came after a later one`;
    return overtaken === 0 ? undefined : `${overtaken} events before ${name} are lost`;
  }

  #wasSeen(id: string): boolean {
    return this.#seen.has(id) || this.#seenBefore.has(id);
  }

  #remember(id: string): void {
    this.#seen.add(id);
    if (this.#seen.size < REMEMBERED) return;
    this.#seenBefore = this.#seen;
    this.#seen = new Set();
  }
}

function shorten(data: string): string {
  return JSON.stringify(data.slice(0, 80));
}
