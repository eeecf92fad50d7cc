import { hashOf } from "../../hash.js";
import type { Message, Tail } from "../../log/log.js";
import { Aligner } from "../align/align.js";
import type { SourceCounts } from "../counts.js";
import type { Arrived, OpenFeed } from "../feed.js";
import { LogEnd, type LogEndContext, type Stop } from "../log-end.js";
import { noMemory } from "../align/memory.js";
import { beginning } from "../position.js";
import type { SourceState } from "../state.js";
import { readUpTo } from "../align/memory.js";
import { tooLarge } from "../too-large.js";
import { Bell } from "./bell.js";
import { HeardEvents } from "./heard.js";
import { join, overlap, WINDOW } from "./join.js";

/** What a pair's runner works with. */
export interface PairContext extends Omit<LogEndContext, "signal"> {
  readonly openFeed: OpenFeed;
  readonly onState: (state: SourceState) => void;
  /** Whether this process is the first of the two; it may change. */
  readonly isFirst: () => boolean;
}

/** How long the log stands still, while events are heard, until the second one writes; in milliseconds. */
const PATIENCE = 800;

/** How long the end of the log is looked for until a gap is marked, in milliseconds. */
const GIVE_UP = 4000;

/** How often the end of the log is looked at, in milliseconds. */
const LOOK = 200;

/** Markers may be between the last events. */
const READ = 4 * WINDOW;

/**
 * Brings the events of a source without ids into the log, from two processes that both hear the source. The first writes. The
 * second keeps what it hears; where the log stands still, it finds the log's last events among what it heard, and appends what
 * follows. The same is how the first one comes back after its connection broke. As ever, the log takes one append of two.
 */
export class PairRunner {
  readonly name: string;
  readonly end: LogEnd;
  readonly #context: PairContext;
  readonly #counts: SourceCounts;
  readonly #stop = new AbortController();
  readonly #heard = new HeardEvents();
  /** Rings when an event was heard, and when one was written. */
  readonly #arrival = new Bell();
  readonly #room = new Bell();
  #done: Promise<void> = Promise.resolve();
  #isJoined = false;
  /** When the log was seen to grow, and since when events are heard that may be missing in it; by `performance.now()`. */
  #grewAt = 0;
  #missingSince: number | undefined;
  #over: SourceState | undefined;

  constructor(name: string, counts: SourceCounts, context: PairContext) {
    this.name = name;
    this.#context = context;
    this.#counts = counts;
    this.end = new LogEnd(name, { ...context, signal: this.#stop.signal }, counts);
  }

  /** Begins; once. */
  start(): void {
    this.#done = this.#run();
  }

  /** Hears no more. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { onState } = this.#context;
    onState({ kind: "starting" });
    const listening = this.#listen();
    this.#grewAt = performance.now();
    while (!signal.aborted && this.#over === undefined) {
      const stop = await this.#step().catch((): Stop => ({ kind: "again" }));
      if (stop?.kind === "failed") this.#over = { kind: "failed", error: stop.error };
      if (stop !== undefined) this.#isJoined = false;
      if (stop?.kind === "fenced") this.#counts.fenced += 1;
      await this.#arrival.rung(
        stop === undefined && this.#isJoined && this.#context.isFirst() ? LOOK * 5 : LOOK,
        signal,
      );
    }
    this.#stop.abort();
    await listening;
    onState(this.#over ?? { kind: "stopped" });
  }

  /** Hears the source until it is stopped. */
  async #listen(): Promise<void> {
    const feed = this.#context.openFeed("");
    const close = (): void => void feed.close();
    this.#stop.signal.addEventListener("abort", close);
    try {
      if (this.#stop.signal.aborted) return;
      for await (const arrived of feed.batches()) {
        for (const event of arrived) this.#hear(event);
        this.#arrival.ring();
        // Only who writes holds the source back.
        while (this.#heard.isFull && this.#isWriter && !this.#stop.signal.aborted)
          await this.#room.rung(LOOK, this.#stop.signal);
      }
      if (!this.#stop.signal.aborted) this.#over ??= { kind: "ended" };
    } catch (error) {
      this.#over ??= { kind: "failed", error };
    } finally {
      this.#stop.signal.removeEventListener("abort", close);
      await feed.close();
      this.#arrival.ring();
    }
  }

  get #isWriter(): boolean {
    return this.#isJoined && this.#context.isFirst();
  }

  #hear(arrived: Arrived): void {
    const error = tooLarge(arrived, this.#context.log.limits);
    if (error !== undefined) {
      this.#over ??= { kind: "failed", error };
      this.#stop.abort();
      return;
    }
    if (arrived.before?.connected === true) {
      // What was missed meanwhile, the other one has heard.
      this.#heard.clear();
      this.#isJoined = false;
      this.#missingSince = undefined;
    }
    const { event, data } = arrived;
    this.#heard.add({ event, data, hash: hashOf(event, data), at: Date.now() });
    this.#missingSince ??= performance.now();
  }

  /** Writes what is missing in the log, where it is this process's turn. */
  async #step(): Promise<Stop | undefined> {
    if (this.#isWriter) return await this.#write([]);
    const pos = this.end.known?.pos;
    const tail = await this.end.takeUp();
    const now = performance.now();
    if (tail?.pos !== pos) this.#grewAt = now;
    const logged = tail === undefined ? [] : await this.#loggedHashes(tail);
    const { hashes } = this.#heard;
    // A log that lost its end stands further back.
    const joined = join(hashes, logged, this.#heard.logged) ?? join(hashes, logged);
    if (joined !== undefined) this.#heard.cut(joined);
    if (this.#heard.missing.length === 0) this.#missingSince = undefined;
    const stillFor = Math.min(now - this.#grewAt, now - (this.#missingSince ?? now));
    const patience = this.#context.isFirst() ? 0 : PATIENCE;
    if (joined !== undefined) {
      this.#isJoined = true;
      if (stillFor < patience) return undefined;
      // A break meanwhile undoes the join.
      return (await this.end.markLoss(this.#marks)) ?? (this.#isJoined ? await this.#write([]) : undefined);
    }
    this.#isJoined = false;
    if (stillFor < GIVE_UP + patience) return undefined;
    if (this.#heard.logged === 0) this.#heard.cut(overlap(hashes, logged));
    if (this.#heard.missing.length === 0) return undefined;
    this.#isJoined = true;
    const stop = await this.#write([this.#marks.marker("gap", { lost: "unknown", found: "no ids" }, Date.now())]);
    if (stop === undefined) this.#counts.gaps += 1;
    return stop;
  }

  /** The hashes of the last events in the log. */
  async #loggedHashes(tail: Tail): Promise<readonly string[]> {
    const hashes: string[] = [];
    const from = { last: READ, withoutData: true };
    for await (const { kind, hash } of readUpTo(tail, this.#context.log, from, this.#stop.signal)) {
      // Before a gap nothing joins.
      if (kind === "gap") hashes.length = 0;
      else if (kind === undefined) hashes.push(hash);
    }
    return hashes;
  }

  async #write(markers: readonly Message[]): Promise<Stop | undefined> {
    const { missing, logged } = this.#heard;
    if (missing.length + markers.length === 0) return undefined;
    let { n } = this.end.last ?? beginning("");
    const events = missing.map((event): Message => ({ ...event, id: "", after: 0, n: (n += 1) }));
    const stop = await this.end.append([...markers, ...events]);
    if (stop !== undefined) return stop;
    // A break meanwhile has emptied what was heard.
    if (this.#isJoined) this.#heard.cut(logged + events.length);
    this.#grewAt = performance.now();
    this.#missingSince = undefined;
    this.#room.ring();
    return undefined;
  }

  /** Where the source stands, and markers there. */
  get #marks(): Pick<Aligner, "position" | "marker"> {
    return new Aligner(this.end.last ?? beginning(""), noMemory(), { numeric: false });
  }
}
