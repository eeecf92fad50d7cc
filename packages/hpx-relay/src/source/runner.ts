import { Pause, sleep } from "../commit/pause.js";
import type { Message } from "../log/log.js";
import { Aligner } from "./align/align.js";
import { Doubt } from "./doubt.js";
import type { SourceCounts } from "./counts.js";
import type { Arrived, Feed, OpenFeed } from "./feed.js";
import { keepCursor } from "./keep-cursor.js";
import { LogEnd, type LogEndContext, type Stop } from "./log-end.js";
import { LazyMemory } from "./align/memory.js";
import { beginning } from "./position.js";
import type { SourceState } from "./state.js";
import { tooLarge } from "./too-large.js";
import { Turns } from "./turns.js";

/** What a runner works with. */
export interface RunnerContext extends Omit<LogEndContext, "signal"> {
  readonly openFeed: OpenFeed;
  /** The id to begin after where the log has nothing of the source; empty: with what comes. */
  readonly start: string;
  readonly numeric: boolean;
  readonly onState: (state: SourceState) => void;
}

/** Why a stretch of work ended; `over`: the source has nothing more. */
type End = Stop | { readonly kind: "over" };

/** What a fenced owner waits before it looks again, in milliseconds, and as much again by chance. */
const AFTER_FENCE = 1000;

/**
 * Brings the events of one source into the log: reads where the log ends, connects behind that, appends, and asks the
 * connection for more when the log has acknowledged. At any doubt it begins again with the end of the log.
 */
export class SourceRunner {
  readonly name: string;
  readonly counts: SourceCounts;
  /** The end of the source in the log. */
  readonly end: LogEnd;
  readonly #context: RunnerContext;
  readonly #stop = new AbortController();
  #done: Promise<void> = Promise.resolve();

  /** `counts`: where it counts on. */
  constructor(name: string, counts: SourceCounts, context: RunnerContext) {
    this.name = name;
    this.counts = counts;
    this.#context = context;
    this.end = new LogEnd(name, { ...context, signal: this.#stop.signal }, counts);
  }

  /** Begins; once. */
  start(): void {
    this.#done = this.#run();
  }

  /** Reads no more. What was read and not appended is read again by the next owner. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { onState } = this.#context;
    let pause = new Pause(signal);
    while (!signal.aborted) {
      onState({ kind: "starting" });
      const { events } = this.counts;
      const end = await this.#own().catch((error: unknown): End => ({ kind: "failed", error }));
      if (signal.aborted) break;
      if (end.kind === "over") return onState({ kind: "ended" });
      if (end.kind === "failed") return onState({ kind: "failed", error: end.error });
      if (this.counts.events > events) pause = new Pause(signal);
      if (end.kind === "fenced") await this.#afterFence(end.view);
      else await pause.next();
    }
    onState({ kind: "stopped" });
  }

  /** Of two owners the one with the newer view stays. With the same view both wait, for different times. */
  async #afterFence(view: number): Promise<void> {
    this.counts.fenced += 1;
    if (view < this.#context.owner.view) return;
    await sleep(AFTER_FENCE * (1 + Math.random()), this.#stop.signal);
  }

  /** From the end of the log on, until something is in doubt. */
  async #own(): Promise<End> {
    const { openFeed, start, numeric, onState } = this.#context;
    try {
      await this.end.takeUp();
    } catch (error) {
      onState({ kind: "starting", error });
      return { kind: "again" };
    }
    const memory = new LazyMemory(() => this.end.recall(this.#stop.signal));
    // It will be needed: it is read while the connection is made.
    if (!numeric) memory.prepare();
    const aligner = new Aligner(this.end.last ?? beginning(start), undefined, { numeric });
    const stop = await this.end.markLoss(aligner);
    return stop ?? (await this.#follow(openFeed(aligner.position.id), aligner, memory));
  }

  async #follow(feed: Feed, aligner: Aligner, memory: LazyMemory): Promise<End> {
    const { signal } = this.#stop;
    const turns = new Turns();
    let stopped: Stop | undefined;
    // Closing the feed ends the loop below.
    const close = (): void => void feed.close();
    signal.addEventListener("abort", close);
    const onStop = (stop: Stop): void => {
      stopped = stop;
      close();
    };
    const parts = { end: this.end, aligner, turns };
    const stopKeeping = keepCursor(this.#context.log, parts, onStop);
    const doubt = new Doubt(parts, onStop);
    try {
      if (signal.aborted) return { kind: "again" };
      for await (const arrived of feed.batches()) {
        const stop = stopped ?? (await turns.take(() => this.#take(arrived, aligner, memory)));
        if (stop !== undefined) return stop;
        doubt.watch();
      }
      return stopped ?? { kind: "over" };
    } finally {
      stopKeeping();
      doubt.stop();
      signal.removeEventListener("abort", close);
      await feed.close();
    }
  }

  /** Appends what `arrived` adds. Returns a reason to end. */
  async #take(arrived: readonly Arrived[], aligner: Aligner, memory: LazyMemory): Promise<Stop | undefined> {
    if (aligner.needsMemory(arrived)) {
      const recalled = await memory.read().catch(() => undefined);
      // What was read until a stop is not all of it.
      if (recalled === undefined || this.#stop.signal.aborted) return { kind: "again" };
      aligner.remember(recalled);
    }
    const { duplicates, gaps } = aligner;
    const { messages, error } = this.#messagesOf(arrived, aligner);
    this.counts.duplicates += aligner.duplicates - duplicates;
    const stop = messages.length > 0 ? await this.end.append(messages) : undefined;
    if (stop === undefined) this.counts.gaps += aligner.gaps - gaps;
    return stop ?? (error === undefined ? undefined : { kind: "failed", error });
  }

  /** Up to the first event that the log cannot take. */
  #messagesOf(arrived: readonly Arrived[], aligner: Aligner): { messages: Message[]; error?: Error } {
    const { limits } = this.#context.log;
    const at = Date.now();
    const messages: Message[] = [];
    for (const event of arrived) {
      const error = tooLarge(event, limits);
      if (error !== undefined) return { messages, error };
      aligner.accept(event, at, messages);
    }
    return { messages };
  }
}
