import type { SseEvent } from "./types.js";

/** What ends a channel: nothing more will come, or an error takes the place of the next event. */
export type ChannelEnd = { readonly error?: unknown };

export interface ChannelOptions {
  /** Unread events that make it full. */
  readonly capacity: number;
  /** Unread text, by its length, that makes it full. */
  readonly bufferSize: number;
  /** Called when a channel that was full has been read down to half. */
  readonly onRoom: () => void;
  /** Called once, when the channel has ended and no event is left in it. */
  readonly onDone: () => void;
}

const DONE = { done: true, value: undefined } as const;

/**
 * The bounded buffer between the socket and the one consumer.
 *
 * It never refuses an event: a read is parsed to its end, and whoever reads asks {@link Channel.full} between reads.
 * High watermark: full. Low watermark: half. Two arrays take turns, one filling while the other is read, so that
 * taking an event never shifts an array and `takeAll` hands over an array as it is.
 */
export class Channel {
  readonly #options: ChannelOptions;
  #filling: SseEvent[] = [];
  #reading: SseEvent[] = [];
  #position = 0;
  #size = 0;
  #wasFull = false;
  #end: ChannelEnd | undefined;
  #done = false;
  #arrival: Promise<void> | undefined;
  #announce: (() => void) | undefined;
  #lastTakenId: string | undefined;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  /** Unread events. */
  get length(): number {
    return this.#filling.length + this.#reading.length - this.#position;
  }

  get full(): boolean {
    return this.length >= this.#options.capacity || this.#size >= this.#options.bufferSize;
  }

  /** The id of the last event handed to the consumer; undefined before the first. */
  get lastTakenId(): string | undefined {
    return this.#lastTakenId;
  }

  push(event: SseEvent): void {
    if (this.#end !== undefined) return;
    this.#filling.push(event);
    this.#size += sizeOf(event);
  }

  /**
   * Wakes a waiting consumer; called after a read, not after each event. Until the consumer's own turn comes a close
   * can still take the events away from it.
   */
  wake(): void {
    this.#wasFull ||= this.full;
    this.#announce?.();
    this.#announce = this.#arrival = undefined;
  }

  /** The next event; resolves at once when there is one. Rejects once with the error that ended the stream, if one did. */
  next(): Promise<IteratorResult<SseEvent, undefined>> {
    if (this.#position < this.#reading.length || this.#filling.length > 0) {
      return Promise.resolve({ done: false, value: this.#take() });
    }
    return this.#end === undefined ? this.#later(() => this.next()) : this.#finish(this.#end);
  }

  /** All that is unread, at least one event; otherwise as {@link Channel.next}. */
  takeAll(): Promise<IteratorResult<SseEvent[], undefined>> {
    if (this.length > 0) {
      const unread = this.#position < this.#reading.length ? this.#reading.slice(this.#position) : [];
      const value = unread.length === 0 ? this.#filling : unread.concat(this.#filling);
      this.#lastTakenId = value.at(-1)?.id;
      this.#clear();
      this.#afterTaking();
      return Promise.resolve({ done: false, value });
    }
    return this.#end === undefined ? this.#later(() => this.takeAll()) : this.#finish(this.#end);
  }

  /** Drops the oldest events until it is no longer full, and says how many. */
  dropOldest(): number {
    let dropped = 0;
    for (; this.full; dropped += 1) this.#shift();
    return dropped;
  }

  /** Nothing more will be pushed; what is unread is still delivered, then the end. The first end counts. */
  end(end: ChannelEnd): void {
    this.#end ??= end;
    this.wake();
    this.#checkDone();
  }

  /** As `end`, but what is unread is dropped and `end` counts, whatever ended the channel before. */
  discard(end: ChannelEnd): void {
    if (this.#done) return;
    this.#clear();
    this.#end = undefined;
    this.end(end);
  }

  #take(): SseEvent {
    const event = this.#shift();
    this.#lastTakenId = event.id;
    this.#afterTaking();
    return event;
  }

  #shift(): SseEvent {
    if (this.#position === this.#reading.length) {
      this.#reading = this.#filling;
      this.#filling = [];
      this.#position = 0;
    }
    const event = this.#reading[this.#position] as SseEvent;
    // An event that was taken is the consumer's: the buffer must not keep it alive.
    this.#reading[this.#position] = undefined as never;
    this.#position += 1;
    this.#size -= sizeOf(event);
    return event;
  }

  #clear(): void {
    this.#filling = [];
    this.#reading = [];
    this.#position = 0;
    this.#size = 0;
  }

  #afterTaking(): void {
    const { capacity, bufferSize, onRoom } = this.#options;
    if (this.#wasFull && this.length <= capacity / 2 && this.#size <= bufferSize / 2) {
      this.#wasFull = false;
      onRoom();
    }
    this.#checkDone();
  }

  async #later<T>(retry: () => Promise<T>): Promise<T> {
    this.#arrival ??= new Promise((resolve) => {
      this.#announce = resolve;
    });
    await this.#arrival;
    return retry();
  }

  /** An error is handed over once, as by a generator. */
  #finish(end: ChannelEnd): Promise<typeof DONE> {
    this.#end = {};
    return "error" in end ? Promise.reject(end.error) : Promise.resolve(DONE);
  }

  #checkDone(): void {
    if (this.#done || this.#end === undefined || this.length > 0) return;
    this.#done = true;
    this.#options.onDone();
  }
}

/** The length of an event's text: bytes, where it is ASCII. */
function sizeOf(event: SseEvent): number {
  return event.data.length + event.event.length + event.id.length;
}
