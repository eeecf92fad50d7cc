import { encodeEvent, type ServerSentEvent } from "sseer";

/**
 * A published event or comment, linked to the next one. A follower keeps the entry that it sent last, so a slow follower
 * misses nothing, and an entry that no follower needs is garbage.
 */
export interface LogEntry {
  readonly text: string;
  next?: LogEntry;
}

interface RetainedEvent {
  readonly id: string;
  readonly text: string;
}

/** The retained events and the live chain: `publish` and `comment` append to both, `follow` reads them. */
export class EventLog {
  readonly #retention: number;
  #tail: LogEntry = { text: "" };
  #announce: () => void = () => {};
  #arrival: Promise<void> = this.#nextArrival();
  /** By position: 1 for the first event ever. */
  readonly #retained = new Map<number, RetainedEvent>();
  readonly #positionOfId = new Map<string, number>();
  #events = 0;
  #lastNumber = 0;

  constructor(retention: number) {
    this.#retention = retention;
  }

  /** The newest entry; later ones are live. */
  get tail(): LogEntry {
    return this.#tail;
  }

  /** Resolves when the next entry arrives. */
  get arrival(): Promise<void> {
    return this.#arrival;
  }

  publish(event: Partial<ServerSentEvent>): string {
    const id = event.id ?? String(this.#lastNumber + 1);
    const text = encodeEvent({ ...event, id });
    if (/^\d{1,15}$/.test(id)) this.#lastNumber = Number(id);
    this.#events += 1;
    this.#retained.set(this.#events, { id, text });
    this.#positionOfId.set(id, this.#events);
    this.#forget(this.#events - this.#retention);
    this.#append(text);
    return id;
  }

  comment(text: string): void {
    this.#append(encodeEvent({ comment: text }));
  }

  /** The retained events after the one with `id`; all of them where it is unknown. */
  after(id: string | undefined): readonly string[] {
    const position = id === undefined ? undefined : this.#positionOfId.get(id);
    const events = [...this.#retained.values()];
    return events.slice(position === undefined ? 0 : position - this.#events + events.length).map(({ text }) => text);
  }

  #forget(position: number): void {
    const event = this.#retained.get(position);
    if (event === undefined) return;
    this.#retained.delete(position);
    // The same id may have been published again since.
    if (this.#positionOfId.get(event.id) === position) this.#positionOfId.delete(event.id);
  }

  #append(text: string): void {
    this.#tail.next = { text };
    this.#tail = this.#tail.next;
    const announce = this.#announce;
    this.#arrival = this.#nextArrival();
    announce();
  }

  #nextArrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#announce = resolve;
    });
  }
}
