import type { GroupCommit } from "../commit/group-commit.js";
import { Pause } from "../commit/pause.js";
import { isSame, type Known } from "../commit/settle.js";
import type { Message, RelayLog, Tail } from "../log/log.js";
import type { Aligner } from "./align/align.js";
import type { SourceCounts } from "./counts.js";
import { type Owner, viewOf } from "./owner.js";
import { type Memory, noMemory, recall } from "./align/memory.js";
import { type Position, positionOf } from "./position.js";

/** What a log end works with. */
export interface LogEndContext {
  readonly log: RelayLog;
  readonly commit: GroupCommit;
  readonly owner: Owner;
  /** Aborted when the owner stops. */
  readonly signal: AbortSignal;
}

/** Why no more is appended. */
export type Stop =
  /** Something is in doubt: the owner reads the end of the log again. */
  | { readonly kind: "again" }
  /** Another owner appended, whose view of the group has this revision. */
  | { readonly kind: "fenced"; readonly view: number }
  /** The log will never take it. */
  | { readonly kind: "failed"; readonly error: unknown };

/** The end of one source in the log, as its owner knows it: the only place that appends. One append at a time. */
export class LogEnd {
  readonly #source: string;
  readonly #context: LogEndContext;
  readonly #counts: SourceCounts;
  #known: Known | undefined;
  /** When that message was read, by `Date.now()`. */
  #knownAt = 0;
  /** The last message that ever was known to be in the log. */
  #last: Position | undefined;
  /** The number of the last event that was in the log: where the log ends before it, it lost its end. */
  #highest = 0;
  #epoch = 0;
  #waitsSince: number | undefined;

  constructor(source: string, context: LogEndContext, counts: SourceCounts) {
    this.#source = source;
    this.#context = context;
    this.#counts = counts;
  }

  /** The last message that is known to be in the log. */
  get known(): Known | undefined {
    return this.#known;
  }

  /** When that message was read, by `Date.now()`. */
  get knownAt(): number {
    return this.#knownAt;
  }

  /** Where the source stood at last, also in a log that has no message of it any more. */
  get last(): Position | undefined {
    return this.#last;
  }

  /** Since when an append waits for the log, by `Date.now()`; `undefined` where none does. */
  get waitsSince(): number | undefined {
    return this.#waitsSince;
  }

  /** Reads the end of the log. @throws {LogUnavailable} */
  async takeUp(): Promise<Tail | undefined> {
    const { log } = this.#context;
    const { epoch } = log;
    const tail = (await log.tails([this.#source])).get(this.#source);
    this.#epoch = epoch;
    this.#known = tail;
    this.#knownAt = tail?.at ?? 0;
    if (tail !== undefined) this.#last = positionOf(tail);
    // Only where there is no message at all, and nothing is known of an earlier time: it was purged while no relay ran.
    else this.#last ??= await log.hints?.read(this.#source);
    return tail;
  }

  /** Reads what the log has of the source up to its last message. @throws {LogUnavailable} */
  async recall(signal: AbortSignal): Promise<Memory> {
    const known = this.#known;
    if (known === undefined || known.id === "") return noMemory();
    return await recall({ source: this.#source, pos: known.pos }, this.#context.log, signal);
  }

  /** Writes down what the log lost. A tail may be stale: only the append proves that the log ends there. */
  async markLoss(aligner: Pick<Aligner, "position" | "marker">): Promise<Stop | undefined> {
    const { n } = aligner.position;
    const isPurged = this.#known === undefined && n > 0;
    const lost = this.#highest - n;
    if (lost <= 0 && !isPurged) return undefined;
    const marker = isPurged
      ? aligner.marker("gap", { lost: "unknown", found: "log purged" }, Date.now())
      : aligner.marker("rewind", { lost }, Date.now());
    const stop = await this.append([marker]);
    if (stop !== undefined) return stop;
    this.#counts[isPurged ? "gaps" : "rewinds"] += 1;
    this.#highest = n;
    return undefined;
  }

  /** Appends messages, and waits until they are in the log. Returns why the owner must begin anew. */
  async append(messages: readonly Message[]): Promise<Stop | undefined> {
    const { log } = this.#context;
    if (log.epoch !== this.#epoch && !(await this.#isUnchanged())) return { kind: "again" };
    const { limits } = log;
    for (let from = 0; from < messages.length; from += limits.messages) {
      const stop = await this.#commit(messages.slice(from, from + limits.messages));
      if (stop !== undefined) return stop;
    }
    return undefined;
  }

  /**
   * After a new connection to the log: a position may have been used again, so its number alone says nothing. Asks until the
   * log answers; the connection to the source waits.
   */
  async #isUnchanged(): Promise<boolean> {
    const { log, signal } = this.#context;
    const pause = new Pause(signal);
    this.#waitsSince = Date.now();
    try {
      for (;;) {
        await pause.next();
        if (signal.aborted) return false;
        const { epoch } = log;
        const tails = await log.tails([this.#source]).catch(() => undefined);
        if (tails === undefined) continue;
        this.#epoch = epoch;
        return isSame(this.#known, tails.get(this.#source));
      }
    } finally {
      this.#waitsSince = undefined;
    }
  }

  async #commit(messages: readonly Message[]): Promise<Stop | undefined> {
    const { commit, owner } = this.#context;
    const known = this.#known;
    this.#waitsSince = Date.now();
    const pending = { source: this.#source, expected: known?.pos ?? 0, known, messages, tag: owner.tag() };
    const outcome = await commit.submit(pending);
    this.#waitsSince = undefined;
    switch (outcome.kind) {
      case "committed":
        this.#committed(messages, outcome.pos);
        return undefined;
      case "fenced":
        return { kind: "fenced", view: viewOf(outcome.tail.tag) };
      case "rewound":
      case "stopped":
        return { kind: "again" };
      case "refused":
        return { kind: "failed", error: outcome.error };
    }
  }

  #committed(messages: readonly Message[], pos: number): void {
    const { n, id, after, hash, at } = messages.at(-1) as Message;
    this.#last = { n, id, after, hash };
    this.#known = { pos, ...this.#last };
    this.#knownAt = at;
    this.#highest = Math.max(this.#highest, n);
    for (const { kind, data } of messages) {
      if (kind !== undefined) continue;
      this.#counts.events += 1;
      this.#counts.bytes += Buffer.byteLength(data);
      this.#counts.lastAt = at;
    }
  }
}
