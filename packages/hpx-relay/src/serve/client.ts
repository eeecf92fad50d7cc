import type { Logger } from "hpx-transport/sse";
import { sleep } from "../commit/pause.js";
import type { LogRecord } from "../log/log.js";
import type { SourceCounts } from "./counts.js";
import { gapText, placeText, rewindText, type Sendable, sendable } from "./event-text.js";
import type { Outlet } from "./outlet.js";
import type { Pages } from "./pages.js";
import { BEGINNING, missingBefore, type Place, placeOf, readPlace } from "./place.js";
import { type Following, newestInLog, readAfter, readEarliest } from "./resume.js";
import type { Tail } from "./tail.js";
import type { Covered, Window } from "./window.js";

/** Bytes of one write. */
const CHUNK = 64 * 1024;

const NOTHING: Covered = { generation: -1, pos: -1 };

type Lost = Following & { readonly kind: "lost" };

/** Where a client begins. */
export type Start =
  | { readonly kind: "now" }
  | { readonly kind: "earliest" }
  | { readonly kind: "after"; readonly id: string };

/** What a client works with. */
export interface ClientContext {
  readonly source: string;
  readonly outlet: Outlet;
  readonly pages: Pages;
  readonly tail: Tail;
  readonly counts: SourceCounts;
  readonly logger: Logger | undefined;
  /** Between two looks at a log that contradicts itself, in milliseconds. */
  readonly interval: number;
  /** Aborted when the client is gone, or the server closes. */
  readonly signal: AbortSignal;
}

/**
 * Sends one source to one client: pages of the log while the client is behind, and what all clients share when it has caught up.
 * It knows the number of the last event that it sent, and sends only what has the next one: a hole is told as a gap.
 */
export class Client {
  readonly #context: ClientContext;
  #place: Place = BEGINNING;
  #covered: Covered = NOTHING;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /** Sends until the signal is aborted. */
  async run(start: Start): Promise<void> {
    const { source, tail, signal } = this.#context;
    await this.#begin(start);
    const window = tail.enter(source);
    try {
      while (!signal.aborted) await this.#step(window);
    } finally {
      tail.leave(source);
    }
  }

  async #step(window: Window): Promise<void> {
    const { signal, interval } = this.#context;
    const shared = window.after(this.#covered, CHUNK);
    if (shared === undefined) return await this.#catchUp(window);
    if (shared.length === 0) return await window.changed(signal);
    const [{ place, kind }] = shared as [Sendable];
    if (missingBefore({ n: place.n, kind }, this.#place.n) === 0) return await this.#send(shared);
    // The log contradicts what it said before: the client's own place decides.
    this.#covered = NOTHING;
    await sleep(interval, signal);
  }

  async #begin(start: Start): Promise<void> {
    const { source, pages, outlet, signal } = this.#context;
    switch (start.kind) {
      case "after": {
        const place = readPlace(start.id);
        if (place === undefined) await this.#startOver(await readEarliest(pages, source, undefined, signal));
        else this.#place = place;
        return;
      }
      case "earliest":
        return await this.#sendFrom(await pages.read({ source }, signal));
      case "now": {
        const tails = await pages.whenThere(async () => await pages.log.tails([source]), signal);
        const tail = tails?.get(source);
        if (tail !== undefined) this.#place = placeOf(tail);
        // A client that is cut before the first event comes back with it, and misses none.
        await outlet.write(placeText(this.#place), signal);
      }
    }
  }

  /** Sends a page of the log. */
  async #catchUp(window: Window): Promise<void> {
    const { source, pages, signal } = this.#context;
    // What comes after this is in the window: where the log then has nothing, the window has all that follows.
    const { generation, floor } = window;
    const following = await readAfter(pages, source, this.#place, signal);
    if (signal.aborted) return;
    if (following.kind === "lost") return await this.#goBack(window, following);
    if (following.records.length > 0) return await this.#send(following.records.map(sendable));
    if (floor !== Infinity) this.#covered = { generation, pos: Math.max(floor, this.#place.pos) };
    else if (window.floor === Infinity) await window.changed(signal);
  }

  /** The client's place is not in the log. Where the log was rewound while clients followed, they go on at its end. */
  async #goBack(window: Window, lost: Lost): Promise<void> {
    const { source, outlet, pages, counts, logger, signal } = this.#context;
    const common = await newestInLog(pages, source, window.formerBefore(this.#place), signal);
    if (signal.aborted) return;
    if (common === undefined) return await this.#startOver(lost);
    const events = this.#place.n - common.n;
    counts.rewinds += 1;
    logger?.info({ source, lost: events }, "a client is told that the log lost its last events");
    this.#place = common;
    this.#covered = NOTHING;
    await outlet.write(rewindText(events), signal);
  }

  /** Tells that what the client has is not followed by what the log has, and begins with the first message of the log. */
  async #startOver({ lost, found, records }: Lost): Promise<void> {
    const { source, outlet, counts, logger, signal } = this.#context;
    if (signal.aborted) return;
    counts.gaps += 1;
    logger?.info({ source, lost, found }, "a client gets a gap event: its place is not in the log");
    await outlet.write(gapText(lost, found), signal);
    await this.#sendFrom(records);
  }

  /** Sends records that nothing has to come before. */
  async #sendFrom(records: readonly LogRecord[]): Promise<void> {
    const [first] = records;
    this.#place = first === undefined ? BEGINNING : { ...BEGINNING, n: first.n - (first.kind === undefined ? 1 : 0) };
    await this.#send(records.map(sendable));
  }

  async #send(entries: readonly Sendable[]): Promise<void> {
    const { outlet, counts, signal } = this.#context;
    let chunks: Buffer[] = [];
    let size = 0;
    const flush = async (): Promise<void> => {
      counts.bytes += size;
      const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size);
      chunks = [];
      size = 0;
      await outlet.write(bytes, signal);
    };
    const add = (bytes: Buffer): void => {
      chunks.push(bytes);
      size += bytes.length;
    };
    for (const entry of entries) {
      const missing = missingBefore({ n: entry.place.n, kind: entry.kind }, this.#place.n);
      if (missing > 0) {
        counts.gaps += 1;
        add(gapText(missing, "log"));
      }
      add(entry.bytes);
      this.#place = entry.place;
      this.#covered = { ...this.#covered, pos: entry.place.pos };
      if (entry.kind === undefined) counts.events += 1;
      if (size >= CHUNK) await flush();
      if (signal.aborted) return;
    }
    if (size > 0) await flush();
  }
}
