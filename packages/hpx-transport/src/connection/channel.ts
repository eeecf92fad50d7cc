import type { ChannelEnd, ChannelOptions, ChannelOwner } from "./channel-options.js";
import type { Gate, Tally } from "./gate.js";
import { type Waiter, Waiters } from "./waiters.js";

const DONE = { done: true, value: undefined } as const;

/** Stands for an array without items, so that idle connections have none of their own. Nothing is ever put into it. */
const EMPTY: never[] = [];

/** There is nothing to hand over: an item may be of any type. */
const NONE: unique symbol = Symbol("none");

/**
 * The bounded buffer between the socket and the one consumer.
 *
 * It never refuses an item: a read is parsed to its end, and the reader asks {@link Channel.full} between reads.
 * High watermark: full. Low watermark: half. Two arrays take turns, one filling while the other is read, so that
 * taking an item never shifts an array and `takeAll` hands over an array as it is.
 */
export class Channel<T> {
  readonly #options: ChannelOptions<T>;
  readonly #gate: Gate<T> | undefined;
  readonly #tally: Tally | undefined;
  readonly #owner: ChannelOwner;
  #filling: T[] = EMPTY;
  #reading: T[] = EMPTY;
  #position = 0;
  #size = 0;
  #wasFull = false;
  #end: ChannelEnd | undefined;
  #discarded = false;
  readonly #waiters = new Waiters<T>();

  constructor(options: ChannelOptions<T>, owner: ChannelOwner) {
    this.#options = options;
    this.#gate = options.gate;
    this.#tally = options.gate?.tally;
    this.#owner = owner;
  }

  /** Unread items. */
  get length(): number {
    return this.#filling.length + this.#reading.length - this.#position;
  }

  get full(): boolean {
    return this.length >= this.#options.capacity || this.#size >= this.#options.bufferSize;
  }

  /** Unread items were dropped: nothing may reach the consumer any more. */
  get discarded(): boolean {
    return this.#discarded;
  }

  /** The unread items, newest first. */
  *unread(): Iterable<T> {
    for (let index = this.#filling.length - 1; index >= 0; index -= 1) yield this.#filling[index] as T;
    for (let index = this.#reading.length - 1; index >= this.#position; index -= 1) yield this.#reading[index] as T;
  }

  push(item: T): void {
    if (this.#end !== undefined) return;
    if (this.#filling === EMPTY) this.#filling = [];
    this.#filling.push(item);
    this.#size += this.#options.sizeOf(item);
  }

  /** Serves waiting consumers; called after a read, not after each item. */
  wake(): void {
    this.#wasFull ||= this.full;
    for (;;) {
      const waiter = this.#waiters.first;
      if (waiter === undefined || !this.#settle(waiter)) return;
      this.#waiters.removeFirst();
    }
  }

  /** The next item; resolves at once when there is one. Rejects once with the error that ended the stream, if one did. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#tally !== undefined && this.#passesFreely(this.#tally)) {
      return Promise.resolve({ done: false, value: this.#takeFreely(this.#tally) });
    }
    this.#gate?.asked();
    if (this.#hasRest) this.#owner.onRest();
    const item = this.#take();
    if (item !== NONE) return Promise.resolve({ done: false, value: item });
    return new Promise((resolve, reject) => this.#wait({ takes: "one", resolve, reject, next: undefined }));
  }

  /** All unread items, at least one; otherwise as {@link Channel.next}. */
  takeAll(): Promise<IteratorResult<T[], undefined>> {
    this.#gate?.asked();
    if (this.#hasRest) this.#owner.onRest();
    const all = this.#takeAll();
    if (all !== NONE) return Promise.resolve({ done: false, value: all });
    return new Promise((resolve, reject) => this.#wait({ takes: "all", resolve, reject, next: undefined }));
  }

  /** Drops the oldest items until it is no longer full; returns how many. */
  dropOldest(onDrop?: (item: T) => void): number {
    let dropped = 0;
    for (; this.full; dropped += 1) {
      const item = this.#shift();
      onDrop?.(item);
    }
    return dropped;
  }

  /** Nothing more will be pushed; unread items are still delivered, then the end. The first end counts. */
  end(end: ChannelEnd): void {
    this.#end ??= end;
    this.wake();
  }

  /** As `end`, but unread items are dropped, and this end counts, whatever ended the channel before. */
  discard(end: ChannelEnd): void {
    if (this.#end !== undefined && this.length === 0) return;
    this.#clear();
    this.#discarded = true;
    this.#end = end;
    this.wake();
  }

  get #hasRest(): boolean {
    return this.#end !== undefined && this.length > 0;
  }

  /** The next item that the gate lets pass. */
  #take(): T | typeof NONE {
    while (this.length > 0 && this.#gate?.closed !== true) {
      const item = this.#shift();
      // The gate may discard everything else.
      const passes = this.#gate === undefined || this.#gate.pass(item);
      if (passes) this.#options.onTaken?.(item);
      this.#drain();
      if (!passes) continue;
      this.#gate?.ahead?.(this.#reading, this.#position);
      return item;
    }
    return NONE;
  }

  /** The gate needs to know neither that the next item is asked for, nor that it is handed over. */
  #passesFreely({ handedOver, freeUntil }: Tally): boolean {
    return handedOver < freeUntil && this.#reading.length > 0 && this.#end === undefined;
  }

  #takeFreely(tally: Tally): T {
    tally.acknowledged = tally.handedOver;
    tally.handedOver += 1;
    const item = this.#shift();
    this.#options.onTaken?.(item);
    this.#drain();
    return item;
  }

  #takeAll(): T[] | typeof NONE {
    if (this.#gate !== undefined) return this.#takeAllThatPass();
    if (this.length === 0) return NONE;
    const unread = this.#reading.slice(this.#position);
    const all = unread.length === 0 ? this.#filling : unread.concat(this.#filling);
    this.#clear();
    this.#options.onTaken?.(all.at(-1) as T);
    this.#drain();
    return all;
  }

  #takeAllThatPass(): T[] | typeof NONE {
    const all: T[] = [];
    for (let item = this.#take(); item !== NONE; item = this.#take()) all.push(item);
    return all.length === 0 ? NONE : all;
  }

  #shift(): T {
    if (this.#reading.length === 0) {
      this.#reading = this.#filling;
      this.#filling = EMPTY;
    }
    const item = this.#reading[this.#position] as T;
    // The consumer owns the item now: the buffer must not keep it alive.
    this.#reading[this.#position] = undefined as never;
    this.#position += 1;
    // Release the array as soon as it is empty, so that an idle connection holds no memory.
    if (this.#position === this.#reading.length) {
      this.#reading = EMPTY;
      this.#position = 0;
    }
    // A handler may have changed the item since it was counted: an empty channel has no size.
    this.#size = this.length === 0 ? 0 : this.#size - this.#options.sizeOf(item);
    return item;
  }

  #clear(): void {
    this.#filling = EMPTY;
    this.#reading = EMPTY;
    this.#position = 0;
    this.#size = 0;
  }

  #drain(): void {
    const { capacity, bufferSize } = this.#options;
    if (this.#wasFull && this.length <= capacity / 2 && this.#size <= bufferSize / 2) {
      this.#wasFull = false;
      this.#owner.onDrain();
    }
  }

  #wait(waiter: Waiter<T>): void {
    if (this.#end !== undefined && this.length === 0) {
      this.#finish(waiter);
      return;
    }
    this.#waiters.add(waiter);
  }

  /** Hands over what there is, or the end after it. Returns false where the consumer has to wait. */
  #settle(waiter: Waiter<T>): boolean {
    if (waiter.takes === "one") {
      const item = this.#take();
      if (item !== NONE) {
        waiter.resolve({ done: false, value: item });
        return true;
      }
    } else {
      const all = this.#takeAll();
      if (all !== NONE) {
        waiter.resolve({ done: false, value: all });
        return true;
      }
    }
    if (this.#end === undefined || this.length > 0) return false;
    this.#finish(waiter);
    return true;
  }

  /** An error is handed over once, as by a generator. */
  #finish(waiter: Waiter<T>): void {
    const end = this.#end ?? {};
    this.#end = {};
    if ("error" in end) waiter.reject(end.error);
    else waiter.resolve(DONE);
  }
}
