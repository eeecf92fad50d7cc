import type { Sendable } from "./event-text.js";
import { isSamePlace, type Place } from "./place.js";

/** What a message takes in memory beside its text, in bytes. */
const OVERHEAD = 300;

/** Places of messages that are kept after the messages, for a log that is rewound. */
const MOST_PLACES = 1000;

/** Up to where a client has everything of its source. */
export interface Covered {
  /** The window's at that time: another one means that the log may be another. */
  readonly generation: number;
  /** In the log. */
  readonly pos: number;
}

/** The last messages of one source, for all clients that follow it. */
export class Window {
  /** Changes when the log is not the one that it was. */
  generation = 0;
  /** Of what comes after this position the window has everything; `Infinity` while nothing is known. */
  floor: number = Infinity;
  /** Clients that follow. */
  clients = 0;
  #entries: Sendable[] = [];
  /** The entries before this index are gone. */
  #start = 0;
  /** The places of the messages that it had, the newest last: clients have them. */
  #places: Place[] = [];
  /** The same before the last `reset`. All of them were of one log. */
  #former: readonly Place[] = [];
  readonly #waiting = new Set<() => void>();

  /** The messages after a position, of about `bytes` together; `undefined` where some of them may be gone. */
  after({ generation, pos }: Covered, bytes: number): readonly Sendable[] | undefined {
    if (generation !== this.generation || pos < this.floor) return undefined;
    const first = this.#indexAfter(pos);
    let end = first;
    for (let size = 0; end < this.#entries.length && size < bytes; end += 1) {
      size += (this.#entries[end] as Sendable).bytes.length;
    }
    return this.#entries.slice(first, end);
  }

  /** Resolves at the next change, or when `signal` is aborted. */
  async changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener("abort", done);
    });
  }

  /** Ends the wait of all clients. */
  wake(): void {
    for (const done of this.#waiting) done();
  }

  /** Adds a message. */
  push(entry: Sendable): void {
    this.#entries.push(entry);
    this.#places.push(entry.place);
    if (this.#places.length >= 2 * MOST_PLACES) this.#places = this.#places.slice(-MOST_PLACES);
  }

  /** What a client at `place` had before it, where that was in the window before the last `reset`. The newest is the last. */
  formerBefore(place: Place): readonly Place[] {
    const index = this.#former.findLastIndex((each) => isSamePlace(each, place));
    return this.#former.slice(0, Math.max(0, index));
  }

  /** Forgets the oldest message. Returns what that frees. */
  shift(): number {
    const entry = this.#entries[this.#start];
    if (entry === undefined) return 0;
    this.floor = entry.place.pos;
    this.#start += 1;
    // A shift of the whole list for each message would take longer with each one that is kept.
    if (this.#start > 256 && this.#start * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#start);
      this.#start = 0;
    }
    return sizeOf(entry);
  }

  /** Forgets all: what it had may not be in the log any more. */
  reset(): void {
    this.generation += 1;
    this.floor = Infinity;
    this.#entries = [];
    this.#start = 0;
    if (this.#places.length > 0) this.#former = this.#places;
    this.#places = [];
  }

  /** What its messages take, in bytes. */
  get size(): number {
    let size = 0;
    for (let index = this.#start; index < this.#entries.length; index += 1)
      size += sizeOf(this.#entries[index] as Sendable);
    return size;
  }

  #indexAfter(pos: number): number {
    let low = this.#start;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] as Sendable).place.pos > pos) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** What a message takes in memory, in bytes. */
export function sizeOf({ bytes }: Sendable): number {
  return bytes.length + OVERHEAD;
}
