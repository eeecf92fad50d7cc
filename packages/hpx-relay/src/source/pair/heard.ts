import type { Message } from "../../log/log.js";

/** What is heard and may be missing in the log: so many events, or so many bytes of data. */
const MOST_EVENTS = 5000;
const MOST_BYTES = 8 * 1024 * 1024;

/** An event that was heard, before it has a number. */
export type Heard = Pick<Message, "event" | "data" | "hash" | "at">;

/** The newest events of one connection, in their order. */
export class HeardEvents {
  #events: Heard[] = [];
  #bytes = 0;
  #logged = 0;

  /** How many of them are in the log, as far as is known. */
  get logged(): number {
    return this.#logged;
  }

  /** Their hashes, the oldest first. */
  get hashes(): readonly string[] {
    return this.#events.map(({ hash }) => hash);
  }

  /** Those that are not in the log, as far as is known. */
  get missing(): readonly Heard[] {
    return this.#events.slice(this.#logged);
  }

  /** No more fit without loss of one that is missing in the log. */
  get isFull(): boolean {
    return this.#events.length - this.#logged >= MOST_EVENTS || this.#bytes >= MOST_BYTES;
  }

  add(event: Heard): void {
    this.#events.push(event);
    this.#bytes += Buffer.byteLength(event.data);
    if (this.#events.length > 2 * MOST_EVENTS || this.#bytes > 2 * MOST_BYTES)
      this.#drop(Math.ceil(this.#events.length / 2));
  }

  /** So many of them are in the log. */
  cut(logged: number): void {
    this.#logged = logged;
  }

  /** The connection broke: what was heard before joins nothing that is heard later. */
  clear(): void {
    this.#events = [];
    this.#bytes = 0;
    this.#logged = 0;
  }

  #drop(count: number): void {
    for (const { data } of this.#events.slice(0, count)) this.#bytes -= Buffer.byteLength(data);
    this.#events = this.#events.slice(count);
    this.#logged = Math.max(0, this.#logged - count);
  }
}
