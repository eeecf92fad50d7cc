import type { GroupCommit } from "../commit/group-commit.js";
import { Pause, sleep } from "../commit/pause.js";
import { isSame, type Known } from "../commit/settle.js";
import type { Message, RelayLog } from "../log/log.js";
import { Aligner } from "./align.js";
import { noCounts, type SourceCounts } from "./counts.js";
import type { Arrived, Feed, OpenFeed } from "./feed.js";
import type { Owner } from "./owner.js";
import { beginning, type Position, positionOf } from "./position.js";
import type { SourceState } from "./state.js";
import { type TakenUp, takeUp } from "./take-up.js";
import { tooLarge } from "./too-large.js";
import { Turns } from "./turns.js";

/** What a runner works with. */
export interface RunnerContext {
  readonly log: RelayLog;
  readonly commit: GroupCommit;
  readonly owner: Owner;
  readonly openFeed: OpenFeed;
  /** The id to begin after where the log has nothing of the source; empty: with what comes. */
  readonly start: string;
  readonly numeric: boolean;
  readonly onState: (state: SourceState) => void;
}

/** Why a stretch of work ended. */
type End =
  | { readonly kind: "again" }
  | { readonly kind: "fenced" }
  | { readonly kind: "over" }
  | { readonly kind: "failed"; readonly error: unknown };

/** What a fenced owner waits before it looks again, in milliseconds, and as much again by chance. */
const AFTER_FENCE = 1000;

/**
 * Brings the events of one source into the log: reads where the log ends, connects behind that, appends, and asks the
 * connection for more when the log has acknowledged. At any doubt it begins again with the end of the log.
 */
export class SourceRunner {
  readonly name: string;
  readonly counts: SourceCounts = noCounts();
  readonly #context: RunnerContext;
  readonly #stop = new AbortController();
  #known: Known | undefined;
  /** The last message that ever was known to be in the log. */
  #last: Position | undefined;
  /** The number of the last event that was in the log: where the log ends before it, it lost its end. */
  #highest = 0;
  #epoch = 0;
  /** When the last message in the log was read, by `Date.now()`. */
  #knownAt = 0;
  #waitsSince: number | undefined;
  #lastAt: number | undefined;
  #done: Promise<void> = Promise.resolve();

  constructor(name: string, context: RunnerContext) {
    this.name = name;
    this.#context = context;
  }

  /** The last message that is known to be in the log. */
  get known(): Known | undefined {
    return this.#known;
  }

  /** Since when an append waits for the log, by `Date.now()`; `undefined` where none does. */
  get waitsSince(): number | undefined {
    return this.#waitsSince;
  }

  /** When the last event was read that is in the log, by `Date.now()`. */
  get lastAt(): number | undefined {
    return this.#lastAt;
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
      if (end.kind === "fenced") await this.#afterFence();
      else await pause.next();
    }
    onState({ kind: "stopped" });
  }

  async #afterFence(): Promise<void> {
    this.counts.fenced += 1;
    await sleep(AFTER_FENCE * (1 + Math.random()), this.#stop.signal);
  }

  /** From the end of the log on, until something is in doubt. */
  async #own(): Promise<End> {
    const { openFeed, start, numeric } = this.#context;
    const taken = await this.#takeUp();
    if (taken === undefined) return { kind: "again" };
    const { tail, ring, trail } = taken;
    this.#known = tail;
    this.#knownAt = tail?.at ?? 0;
    if (tail !== undefined) this.#last = positionOf(tail);
    // Without any message left, this process may still know where the source stood.
    const aligner = new Aligner(this.#last ?? beginning(start), ring, trail, { numeric });
    if (!(await this.#markLoss(aligner))) return { kind: "again" };
    return await this.#follow(openFeed(aligner.position.id), aligner);
  }

  /** `undefined` where the log does not answer: the caller tries again. */
  async #takeUp(): Promise<TakenUp | undefined> {
    const { log } = this.#context;
    try {
      this.#epoch = log.epoch;
      return await takeUp(log, this.name, this.#stop.signal);
    } catch (error) {
      this.#context.onState({ kind: "starting", error });
      return undefined;
    }
  }

  /** Writes down what the log lost. A tail may be stale: only the append proves that the log ends there. */
  async #markLoss(aligner: Aligner): Promise<boolean> {
    const { n } = aligner.position;
    const isPurged = this.#known === undefined && n > 0;
    const lost = this.#highest - n;
    if (lost <= 0 && !isPurged) return true;
    const marker = isPurged
      ? aligner.marker("gap", { lost: "unknown", found: "log purged" }, Date.now())
      : aligner.marker("rewind", { lost }, Date.now());
    if ((await this.#append([marker])) !== undefined) return false;
    this.counts[isPurged ? "gaps" : "rewinds"] += 1;
    this.#highest = n;
    return true;
  }

  async #follow(feed: Feed, aligner: Aligner): Promise<End> {
    const { signal } = this.#stop;
    const turns = new Turns();
    // Closing the feed ends the loop below.
    let ending: End | undefined;
    const onStop = (): void => void feed.close();
    signal.addEventListener("abort", onStop);
    const stopKeeping = this.#keepCursor(turns, aligner, (end) => {
      ending = end;
      void feed.close();
    });
    try {
      if (signal.aborted) return { kind: "again" };
      for await (const arrived of feed.batches()) {
        const end = ending ?? (await turns.take(() => this.#take(arrived, aligner)));
        if (end !== undefined) return end;
      }
      return ending ?? { kind: "over" };
    } finally {
      stopKeeping();
      signal.removeEventListener("abort", onStop);
      await feed.close();
    }
  }

  /** In a log that forgets, the cursor of a quiet source is written again before it is gone. Returns what ends that. */
  #keepCursor(turns: Turns, aligner: Aligner, onEnd: (end: End) => void): () => void {
    const { forgetting } = this.#context.log;
    if (forgetting === undefined) return () => {};
    const look = async (): Promise<void> => {
      const known = this.#known;
      if (known === undefined || !(await forgetting.isFading({ pos: known.pos, at: this.#knownAt }))) return;
      const end = await turns.take(async () =>
        // An event may have come meanwhile.
        this.#known === known ? await this.#append([aligner.marker("cursor", {}, Date.now())]) : undefined,
      );
      if (end !== undefined) onEnd(end);
    };
    // A look that fails is made again.
    const timer = setInterval(() => void look().catch(() => {}), forgetting.interval);
    return () => clearInterval(timer);
  }

  /** Appends what `arrived` adds. Returns a reason to end. */
  async #take(arrived: readonly Arrived[], aligner: Aligner): Promise<End | undefined> {
    const { limits } = this.#context.log;
    const at = Date.now();
    const { duplicates, gaps } = aligner;
    let messages: Message[] = [];
    for (const event of arrived) {
      const error = tooLarge(event, limits);
      if (error !== undefined) {
        const end = messages.length > 0 ? await this.#append(messages) : undefined;
        return end ?? { kind: "failed", error };
      }
      messages.push(...aligner.accept(event, at));
      if (messages.length < limits.messages) continue;
      const end = await this.#append(messages);
      if (end !== undefined) return end;
      messages = [];
    }
    const end = messages.length > 0 ? await this.#append(messages) : undefined;
    this.counts.duplicates += aligner.duplicates - duplicates;
    this.counts.gaps += aligner.gaps - gaps;
    return end;
  }

  async #append(messages: readonly Message[]): Promise<End | undefined> {
    if (this.#context.log.epoch !== this.#epoch && !(await this.#isUnchanged())) return { kind: "again" };
    const { limits } = this.#context.log;
    for (let from = 0; from < messages.length; from += limits.messages) {
      const end = await this.#commit(messages.slice(from, from + limits.messages));
      if (end !== undefined) return end;
    }
    return undefined;
  }

  /** After a new connection to the log: a position may have been used again, so its number alone says nothing. */
  async #isUnchanged(): Promise<boolean> {
    const { log } = this.#context;
    const { epoch } = log;
    try {
      const tail = (await log.tails([this.name])).get(this.name);
      this.#epoch = epoch;
      return isSame(this.#known, tail);
    } catch {
      return false;
    }
  }

  async #commit(messages: readonly Message[]): Promise<End | undefined> {
    const { commit, owner } = this.#context;
    const known = this.#known;
    this.#waitsSince = Date.now();
    const pending = { source: this.name, expected: known?.pos ?? 0, known, messages, tag: owner.tag() };
    const outcome = await commit.submit(pending);
    this.#waitsSince = undefined;
    switch (outcome.kind) {
      case "committed":
        this.#committed(messages, outcome.pos);
        return undefined;
      case "fenced":
        return { kind: "fenced" };
      case "rewound":
      case "stopped":
        return { kind: "again" };
      case "refused":
        return { kind: "failed", error: outcome.error };
    }
  }

  #committed(messages: readonly Message[], pos: number): void {
    const last = messages.at(-1) as Message;
    this.#last = asPosition(last);
    this.#knownAt = last.at;
    this.#known = { pos, ...this.#last };
    this.#highest = Math.max(this.#highest, last.n);
    for (const { kind, data, at } of messages) {
      if (kind !== undefined) continue;
      this.counts.events += 1;
      this.counts.bytes += data.length;
      this.#lastAt = at;
    }
  }
}

function asPosition({ n, id, after, hash }: Message): Position {
  return { n, id, after, hash };
}
