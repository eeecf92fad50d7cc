/** What is held of older events; with more, the source is taken for one that sends all that it has. */
const MOST_EVENTS = 10_000;
const MOST_UNITS = 4 * 1024 * 1024;

/** An event that may be held. */
interface Holdable {
  readonly arrived: { readonly id: string; readonly data: string };
}

/**
 * Events whose numeric ids are before all that is remembered. A source that ignores the id sends old events again, and comes to
 * those that the log has; one that began its ids anew does not. Until that is clear they are held.
 */
export class OlderEvents<T extends Holdable> {
  #held: T[] = [];
  #units = 0;
  /** More came than are held: they are no more than counted. */
  #dropped = 0;

  /** Events that are held, and wait for what follows. */
  get size(): number {
    return this.#held.length;
  }

  /** Events that were counted and not held. */
  get dropped(): number {
    return this.#dropped;
  }

  /** `connected`: it is the first one on its connection. Returns how many events turned out to be more than are held. */
  add(event: T, connected: boolean): number {
    if (connected) this.#restart(event.arrived.id);
    if (this.#dropped === 0 && this.#held.length < MOST_EVENTS && this.#units < MOST_UNITS) {
      this.#held.push(event);
      this.#units += event.arrived.data.length;
      return 0;
    }
    const count = this.give().length + 1;
    this.#dropped += count;
    return count;
  }

  /** Hands over what is held. */
  give(): readonly T[] {
    const held = this.#held;
    this.#held = [];
    this.#units = 0;
    return held;
  }

  /** Begins anew. Returns how many were held. */
  clear(): number {
    this.#dropped = 0;
    return this.give().length;
  }

  /** The source sends once more what it sent on the connection before. */
  #restart(id: string): void {
    const from = this.#held.findIndex(({ arrived }) => arrived.id === id);
    if (from >= 0) this.#held.length = from;
  }
}
