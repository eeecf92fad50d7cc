import { EventParser, EventTooLargeError } from "sseer";
import type { Arrival, Burst, SeenEvent, StreamNotes } from "./evidence.js";
import { LineNotes } from "./line-notes.js";

/** What comes within so many milliseconds came together. */
const TOGETHER = 25;
/** How many of each are remembered. */
const MOST = 10_000;
/** No server takes a longer one in a header. */
export const LONGEST_ID = 4096;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Takes notes of a body as it comes. */
export class NoteTaker {
  readonly #events: SeenEvent[] = [];
  readonly #comments: Arrival[] = [];
  readonly #retries: number[] = [];
  readonly #bursts: Mutable<Burst>[] = [];
  readonly #lines = new LineNotes();
  readonly #parser: EventParser;
  #eventCount = 0;
  #now = 0;
  #last: number;
  #longestSilence = 0;
  #tooLarge = false;

  /** `start`: when silence begins to count. */
  constructor(start: number) {
    this.#last = start;
    this.#parser = new EventParser({
      onEvent: ({ event, id }) =>
        this.#event({ at: this.#now, event: event.slice(0, 100), id: id.slice(0, LONGEST_ID) }),
      onRetry: (milliseconds) => keep(this.#retries, milliseconds),
    });
  }

  /** Those that are remembered. */
  get events(): readonly SeenEvent[] {
    return this.#events;
  }

  /** How many there were. */
  get eventCount(): number {
    return this.#eventCount;
  }

  /** `bytes` came `at` milliseconds after the request. */
  chunk(bytes: Uint8Array, at: number): void {
    this.#now = at;
    this.#silentUntil(at);
    const before = { events: this.#eventCount, comments: this.#lines.comments };
    this.#parse(bytes);
    this.#lines.push(bytes);
    const comments = this.#lines.comments - before.comments;
    if (comments > 0) keep(this.#comments, { at });
    const burst = this.#burst(at);
    burst.bytes += bytes.length;
    burst.events += this.#eventCount - before.events;
    burst.comments += comments;
    burst.endsInside = this.#lines.unfinished;
    this.#last = at;
  }

  /** The notes as of `at`, the end of the watch. */
  notes(at: number): StreamNotes {
    this.#silentUntil(at);
    return {
      bursts: this.#bursts,
      events: this.#events,
      eventCount: this.#eventCount,
      comments: this.#comments,
      retries: this.#retries,
      longestSilence: this.#longestSilence,
      tooLarge: this.#tooLarge,
      ...this.#lines.notes(),
    };
  }

  #event(event: SeenEvent): void {
    this.#eventCount += 1;
    this.#events.push(event);
    // Keep the first one and the newest.
    if (this.#events.length > MOST) this.#events.splice(1, MOST / 2);
  }

  #parse(bytes: Uint8Array): void {
    if (this.#tooLarge) return;
    try {
      this.#parser.push(bytes);
    } catch (error) {
      if (!(error instanceof EventTooLargeError)) throw error;
      this.#tooLarge = true;
    }
  }

  /** The burst for bytes that arrive `at` this time. */
  #burst(at: number): Mutable<Burst> {
    const current = this.#bursts.at(-1);
    if (current !== undefined && (at - this.#last <= TOGETHER || this.#bursts.length === MOST)) return current;
    const burst = { at, bytes: 0, events: 0, comments: 0, endsInside: false };
    this.#bursts.push(burst);
    return burst;
  }

  #silentUntil(at: number): void {
    this.#longestSilence = Math.max(this.#longestSilence, at - this.#last);
  }
}

function keep<T>(list: T[], item: T): void {
  if (list.length < MOST) list.push(item);
}
