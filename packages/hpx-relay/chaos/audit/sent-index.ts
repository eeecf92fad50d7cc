import type { Sent, Source } from "../sources/source.js";
import type { Row } from "./row.js";

/** Finds the events of a source by what a row of the log has of them. */
export class SentIndex {
  readonly #events: readonly Sent[];
  /** -1: several events look the same. */
  readonly #places = new Map<string, number>();

  constructor({ events }: Source) {
    this.#events = events;
    for (const [index, sent] of events.entries()) {
      const key = keyOf(sent);
      this.#places.set(key, this.#places.has(key) ? -1 : index);
    }
  }

  /** Whether a row is event `index`. */
  is(row: Row, index: number): boolean {
    const sent = this.#events[index];
    return sent !== undefined && keyOf(sent) === keyOf(row);
  }

  /** The index of the event; `undefined` where several look the same; -1 where none does. */
  find(row: Row): number | undefined {
    const index = this.#places.get(keyOf(row));
    if (index === undefined) return -1;
    return index === -1 ? undefined : index;
  }

  /**
   * The first place from `from` on where the rows are, one after the other, among the `likely` ones if they are at one of them;
   * -1: nowhere.
   */
  search(rows: readonly Row[], from: number, likely: ReadonlySet<number> = new Set()): number {
    let first = -1;
    for (let start = from; start + rows.length <= this.#events.length; start += 1) {
      if (!rows.every((row, offset) => this.is(row, start + offset))) continue;
      if (likely.has(start)) return start;
      if (first === -1) first = start;
    }
    return first;
  }
}

function keyOf({ id, event, data }: Pick<Row, "id" | "event" | "data">): string {
  return `${id}\0${event}\0${data}`;
}
