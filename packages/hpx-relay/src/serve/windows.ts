import { sendable } from "./event-text.js";
import type { LogRecord } from "../log/log.js";
import { sizeOf, Window } from "./window.js";

/** The windows of all sources that have clients: together they have no more than so many bytes, the newest of the log. */
export class Windows {
  readonly #limit: number;
  readonly #bySource = new Map<string, Window>();
  /** The window of each message, in the order of the log; those before `#start` are gone. */
  #order: Window[] = [];
  #start = 0;
  #bytes = 0;

  /** `limit`: in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Sources that have clients. */
  get count(): number {
    return this.#bySource.size;
  }

  /** What all messages take, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Messages that are kept. */
  get kept(): number {
    return this.#order.length - this.#start;
  }

  /** The window of a source, for one more client. A new one has what comes after `end`, where that is known. */
  enter(source: string, end: number | undefined): Window {
    let window = this.#bySource.get(source);
    if (window === undefined) {
      window = new Window();
      if (end !== undefined) window.floor = end;
      this.#bySource.set(source, window);
    }
    window.clients += 1;
    return window;
  }

  /** One client less; a window without one is dropped. */
  leave(source: string): void {
    const window = this.#bySource.get(source);
    if (window === undefined) return;
    window.clients -= 1;
    if (window.clients > 0) return;
    this.#bySource.delete(source);
    this.#bytes -= window.size;
    this.#order = this.#order.slice(this.#start).filter((each) => each !== window);
    this.#start = 0;
  }

  /** Adds messages in the order of the log; those of a source without a client are left out. */
  add(records: readonly LogRecord[]): void {
    const changed = new Set<Window>();
    for (const record of records) {
      const window = this.#bySource.get(record.source);
      if (window === undefined) continue;
      const entry = sendable(record);
      window.push(entry);
      this.#order.push(window);
      this.#bytes += sizeOf(entry);
      changed.add(window);
    }
    this.#fit();
    for (const window of changed) window.wake();
  }

  /** From here on all windows have what comes after `end`. */
  open(end: number): void {
    for (const window of this.#bySource.values()) {
      window.floor = end;
      window.wake();
    }
  }

  /** Forgets everything: the log is not the one that it was. */
  reset(): void {
    this.#order = [];
    this.#start = 0;
    this.#bytes = 0;
    for (const window of this.#bySource.values()) {
      window.reset();
      window.wake();
    }
  }

  #fit(): void {
    while (this.#bytes > this.#limit) {
      const window = this.#order[this.#start];
      if (window === undefined) break;
      this.#bytes -= window.shift();
      this.#start += 1;
    }
    if (this.#start > 1024 && this.#start * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#start);
      this.#start = 0;
    }
  }
}
