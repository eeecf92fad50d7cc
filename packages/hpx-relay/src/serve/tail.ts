import { sleep } from "../commit/pause.js";
import type { LogRecord, Tail as LastMessage } from "../log/log.js";
import { PAGE_BYTES, type Pages } from "./pages.js";
import { BEGINNING, isAt, type Place, placeOf } from "./place.js";
import type { Window } from "./window.js";
import { Windows } from "./windows.js";

/** The newest messages are kept for the clients that follow: so many bytes for all sources together. */
const WINDOWS_BYTES = 16 * 1024 * 1024;

/** While nothing comes, the end of the log is checked so often, in milliseconds: a log that was rewound has nothing new. */
const CHECK_INTERVAL = 1000;

/**
 * Reads the end of the log, once for all clients. It runs while there is a client.
 *
 * Each time it reads, it looks whether the last message that it read is still there. Where it is not, the log was rewound or
 * replaced: the windows are emptied, and each client finds out by itself what that means for its place.
 */
export class Tail {
  readonly #pages: Pages;
  readonly #interval: number;
  readonly #windows = new Windows(WINDOWS_BYTES);
  readonly #closed = new AbortController();
  /** The last message that was read, and its source; `undefined` while the end of the log is not known. */
  #last: { readonly place: Place; readonly source: string } | undefined;
  #checkedAt = 0;
  #running: Promise<void> | undefined;

  /** `interval`: between two looks that find nothing, in milliseconds. */
  constructor(pages: Pages, interval: number) {
    this.#pages = pages;
    this.#interval = interval;
  }

  /** The window of a source, for one more client. */
  enter(source: string): Window {
    const window = this.#windows.enter(source, this.#last?.place.pos);
    this.#running ??= this.#run();
    return window;
  }

  /** One client less. */
  leave(source: string): void {
    this.#windows.leave(source);
  }

  /** Resolves when nothing is read any more. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted && this.#windows.count > 0) {
      const isFound = await this.#pages.whenThere(async () => await this.#look(signal), signal);
      if (isFound !== true) await sleep(this.#interval, signal);
    }
    // The next client begins at the end that the log has then.
    this.#last = undefined;
    this.#windows.reset();
    this.#running = undefined;
  }

  /** Returns whether there was something new. */
  async #look(signal: AbortSignal): Promise<boolean> {
    const { log } = this.#pages;
    if (this.#last === undefined) return await this.#begin(signal);
    const { epoch } = log;
    let isFound = false;
    for await (const records of log.read({ after: this.#last.place.pos, bytes: PAGE_BYTES }, signal)) {
      if (signal.aborted) return false;
      // What was read before and after another connection may be of two logs.
      if (log.epoch !== epoch) return true;
      const newest = records.at(-1);
      if (newest === undefined) continue;
      if (!(await this.#isStillThere(signal))) return this.#lost();
      isFound = true;
      this.#last = { place: placeOf(newest), source: newest.source };
      this.#windows.add(records);
    }
    if (isFound) return true;
    if (Date.now() - this.#checkedAt >= CHECK_INTERVAL || log.epoch !== epoch) await this.#check(signal);
    return false;
  }

  async #begin(signal: AbortSignal): Promise<boolean> {
    const newest = await this.#newest(signal);
    if (signal.aborted) return false;
    const place = newest === undefined ? BEGINNING : placeOf(newest);
    this.#last = { place, source: newest?.source ?? "" };
    this.#checkedAt = Date.now();
    this.#windows.open(place.pos);
    return true;
  }

  /** The last message that was read is in the log, as it was. */
  async #isStillThere(signal: AbortSignal): Promise<boolean> {
    const place = this.#last?.place ?? BEGINNING;
    if (place.pos === 0) return true;
    for await (const [first] of this.#pages.log.read({ after: place.pos - 1, withoutData: true }, signal)) {
      if (first !== undefined) return isAt(place, first);
    }
    return signal.aborted;
  }

  /** Whether the log ends before what was read, or with another message. */
  async #check(signal: AbortSignal): Promise<void> {
    this.#checkedAt = Date.now();
    const { place, source } = this.#last ?? { place: BEGINNING, source: "" };
    if (place.pos === 0) return;
    // One question to a log with authority. A source that is gone says nothing of the others.
    const tails = await this.#pages.log.tails([source]);
    const newest: LastMessage | undefined = tails.get(source) ?? (await this.#newest(signal));
    if (newest === undefined || signal.aborted) return;
    if (newest.pos < place.pos || (newest.pos === place.pos && !isAt(place, newest))) this.#lost();
  }

  #lost(): true {
    this.#last = undefined;
    this.#windows.reset();
    return true;
  }

  async #newest(signal: AbortSignal): Promise<LogRecord | undefined> {
    let newest: LogRecord | undefined;
    for await (const records of this.#pages.log.read({ last: 1, withoutData: true }, signal)) {
      newest = records.at(-1) ?? newest;
    }
    return newest;
  }
}
