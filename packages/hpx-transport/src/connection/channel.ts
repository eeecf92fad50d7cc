import type { SseEvent } from "../sse/protocol/event.js";

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

/** A consumer that waits for an event, or for all there are. */
type Waiter = { reject(error: unknown): void; next: Waiter | undefined } & (
  | { readonly takes: "one"; resolve(result: IteratorResult<SseEvent, undefined>): void }
  | { readonly takes: "all"; resolve(result: IteratorResult<SseEvent[], undefined>): void }
);

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
  #discarded = false;
  /** Consumers that wait, oldest first: a list, because there is seldom more than one. */
  #firstWaiter: Waiter | undefined;
  #lastWaiter: Waiter | undefined;
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

  /** Whether what was unread was dropped: nothing may reach the consumer any more. */
  get discarded(): boolean {
    return this.#discarded;
  }

  /** The id of the last event handed to the consumer; undefined before the first. */
  get lastTakenId(): string | undefined {
    return this.#lastTakenId;
  }

  /** The ids of the unread events, newest first. */
  *unreadIds(): Iterable<string> {
    for (let index = this.#filling.length - 1; index >= 0; index -= 1) yield (this.#filling[index] as SseEvent).id;
    for (let index = this.#reading.length - 1; index >= this.#position; index -= 1) {
      yield (this.#reading[index] as SseEvent).id;
    }
  }

  /** The consumer could not read what it took since `id` was the last one. */
  handBack(id: string | undefined): void {
    this.#lastTakenId = id;
  }

  push(event: SseEvent): void {
    if (this.#end !== undefined) return;
    this.#filling.push(event);
    this.#size += sizeOf(event);
  }

  /** Serves those who wait; called after a read, not after each event. */
  wake(): void {
    this.#wasFull ||= this.full;
    while (this.length > 0 || this.#end !== undefined) {
      const waiter = this.#firstWaiter;
      if (waiter === undefined) return;
      this.#firstWaiter = waiter.next;
      // What it was given would stay in memory with it.
      if (waiter.next === undefined) this.#lastWaiter = undefined;
      if (this.length > 0) this.#serve(waiter);
      else this.#finish(waiter);
    }
  }

  /** The next event; resolves at once when there is one. Rejects once with the error that ended the stream, if one did. */
  next(): Promise<IteratorResult<SseEvent, undefined>> {
    if (this.length > 0) return Promise.resolve({ done: false, value: this.#take() });
    return new Promise((resolve, reject) => this.#wait({ takes: "one", resolve, reject, next: undefined }));
  }

  /** All that is unread, at least one event; otherwise as {@link Channel.next}. */
  takeAll(): Promise<IteratorResult<SseEvent[], undefined>> {
    if (this.length > 0) return Promise.resolve({ done: false, value: this.#takeAll() });
    return new Promise((resolve, reject) => this.#wait({ takes: "all", resolve, reject, next: undefined }));
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
    this.#discarded = true;
    this.#end = undefined;
    this.end(end);
  }

  #take(): SseEvent {
    const event = this.#shift();
    this.#lastTakenId = event.id;
    this.#afterTaking();
    return event;
  }

  #takeAll(): SseEvent[] {
    const unread = this.#reading.slice(this.#position);
    const all = unread.length === 0 ? this.#filling : unread.concat(this.#filling);
    this.#lastTakenId = all.at(-1)?.id;
    this.#clear();
    this.#afterTaking();
    return all;
  }

  #shift(): SseEvent {
    if (this.#reading.length === 0) {
      this.#reading = this.#filling;
      this.#filling = [];
    }
    const event = this.#reading[this.#position] as SseEvent;
    // An event that was taken is the consumer's: the buffer must not keep it alive.
    this.#reading[this.#position] = undefined as never;
    this.#position += 1;
    // Whoever waits for the next one should not keep the room of many.
    if (this.#position === this.#reading.length) {
      this.#reading = [];
      this.#position = 0;
    }
    // A handler may have changed an event since it was counted: an empty channel has no size.
    this.#size = this.length === 0 ? 0 : this.#size - sizeOf(event);
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

  #wait(waiter: Waiter): void {
    if (this.#end !== undefined) {
      this.#finish(waiter);
      return;
    }
    if (this.#firstWaiter === undefined) this.#firstWaiter = waiter;
    else if (this.#lastWaiter !== undefined) this.#lastWaiter.next = waiter;
    this.#lastWaiter = waiter;
  }

  #serve(waiter: Waiter): void {
    if (waiter.takes === "one") waiter.resolve({ done: false, value: this.#take() });
    else waiter.resolve({ done: false, value: this.#takeAll() });
  }

  /** An error is handed over once, as by a generator. */
  #finish(waiter: Waiter): void {
    const end = this.#end ?? {};
    this.#end = {};
    if ("error" in end) waiter.reject(end.error);
    else waiter.resolve(DONE);
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
