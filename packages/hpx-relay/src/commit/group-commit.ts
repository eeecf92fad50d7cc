import { LogConflict, LogFull, LogUnavailable } from "../log/errors.js";
import type { Append, RelayLog, Tail } from "../log/log.js";
import { loopIsBusy } from "./busy.js";
import { Pause } from "./pause.js";
import { type Known, settle } from "./settle.js";

/** An append that waits for its outcome. */
export interface Pending extends Append {
  /** The message that is expected before it; `undefined` where the source has none. */
  readonly known: Known | undefined;
}

/** What became of an append. */
export type CommitOutcome =
  | { readonly kind: "committed"; readonly pos: number }
  | { readonly kind: "rewound"; readonly tail: Tail | undefined }
  | { readonly kind: "fenced"; readonly tail: Tail }
  /** The log will never accept it. */
  | { readonly kind: "refused"; readonly error: Error }
  /** The relay ends, and it is not known whether it is in the log. */
  | { readonly kind: "stopped" };

/** Whether the log takes what it is given. */
export type LogState =
  | { readonly kind: "writable" }
  /** It does not answer. */
  | { readonly kind: "away"; readonly error: Error }
  | { readonly kind: "full"; readonly error: Error };

/** Is called when something happens. */
export interface CommitObserver {
  /** The log's state changed. */
  stateChanged(state: LogState): void;
  /** An append succeeded after so many milliseconds. */
  committed(messages: number, duration: number): void;
}

/**
 * How long few messages wait for more where the process is busy, in milliseconds: an append of forty messages costs little more
 * than an append of one.
 */
const LINGER = 2;

/** So many messages wait for no more. */
const ENOUGH = 64;

interface Waiting {
  readonly pending: Pending;
  readonly resolve: (outcome: CommitOutcome) => void;
  /** How often it was sent. */
  tries: number;
}

/**
 * Appends the messages of many sources together, one append of each source at a time. An append whose answer is in doubt is
 * settled by the log's own last message, for as long as it takes: it is never dropped, and never sent twice with effect.
 */
export class GroupCommit {
  readonly #log: RelayLog;
  readonly #observer: CommitObserver;
  readonly #stop = new AbortController();
  readonly #isBusy: () => boolean;
  #queue: Waiting[] = [];
  /** How many messages are in the queue. */
  #messages = 0;
  #linger: NodeJS.Timeout | undefined;
  #running = 0;
  #isPumpPlanned = false;
  #state: LogState = { kind: "writable" };

  /** `isBusy`: whether the process has much to do. */
  constructor(log: RelayLog, observer: CommitObserver, isBusy: () => boolean = loopIsBusy()) {
    this.#log = log;
    this.#observer = observer;
    this.#isBusy = isBusy;
  }

  /** Whether the log takes what it is given. */
  get state(): LogState {
    return this.#state;
  }

  /** Appends soon, with what other sources have. Never rejects. */
  submit(pending: Pending): Promise<CommitOutcome> {
    if (this.#stop.signal.aborted) return Promise.resolve({ kind: "stopped" });
    return new Promise((resolve) => {
      this.#queue.push({ pending, resolve, tries: 0 });
      this.#messages += pending.messages.length;
      this.#plan();
    });
  }

  /** Gives up what is not committed. */
  stop(): void {
    this.#stop.abort();
    this.#plan();
  }

  /** A turn later, when every source that was read in this turn has handed in its part; or a little later, for few messages. */
  #plan(): void {
    if (this.#isPumpPlanned || (this.#queue.length === 0 && !this.#stop.signal.aborted)) return;
    if (this.#messages < ENOUGH && !this.#stop.signal.aborted && this.#isBusy()) {
      this.#linger ??= setTimeout(() => this.#planTurn(), LINGER);
      return;
    }
    this.#planTurn();
  }

  #planTurn(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    this.#isPumpPlanned = true;
    setImmediate(() => {
      this.#isPumpPlanned = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#stop.signal.aborted) {
      for (const { resolve } of this.#queue) resolve({ kind: "stopped" });
      this.#queue = [];
      this.#messages = 0;
      return;
    }
    while (this.#queue.length > 0 && this.#running < this.#log.limits.appends) void this.#run(this.#take());
  }

  /** The oldest parts that fit into one append. */
  #take(): Waiting[] {
    let messages = 0;
    let parts = 0;
    for (const { pending } of this.#queue) {
      messages += pending.messages.length;
      if (parts > 0 && messages > this.#log.limits.messages) break;
      parts += 1;
    }
    const taken = this.#queue.slice(0, parts);
    this.#queue = this.#queue.slice(parts);
    this.#messages -= countOf(taken);
    return taken;
  }

  async #run(group: readonly Waiting[]): Promise<void> {
    this.#running += 1;
    await this.#commit(group);
    this.#running -= 1;
    this.#plan();
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const started = performance.now();
    for (const waiting of group) waiting.tries += 1;
    try {
      const positions = await this.#log.append(group.map(({ pending }) => pending));
      this.#observer.committed(countOf(group), performance.now() - started);
      this.#become({ kind: "writable" });
      for (const [index, { resolve }] of group.entries()) {
        resolve({ kind: "committed", pos: positions[index] as number });
      }
    } catch (error) {
      await this.#afterFailure(group, error);
    }
  }

  async #afterFailure(group: readonly Waiting[], error: unknown): Promise<void> {
    if (error instanceof LogFull) this.#become({ kind: "full", error });
    if (error instanceof LogUnavailable) this.#become({ kind: "away", error });
    if (isExpected(error)) {
      await this.#settle(group);
    } else if (group.length === 1) {
      group[0]?.resolve({ kind: "refused", error: error as Error });
    } else {
      // One of them is at fault, and the others are not.
      for (const waiting of group) await this.#commit([waiting]);
    }
  }

  /** Reads the last messages of the sources until the log answers, and decides for each source. */
  async #settle(group: readonly Waiting[]): Promise<void> {
    const pause = new Pause(this.#stop.signal, Math.max(...group.map(({ tries }) => tries)) - 1);
    for (;;) {
      await pause.next();
      if (this.#stop.signal.aborted) {
        for (const { resolve } of group) resolve({ kind: "stopped" });
        return;
      }
      const tails = await this.#tails(group);
      if (tails === undefined) continue;
      const again: Waiting[] = [];
      for (const waiting of group) {
        const settled = settle(waiting.pending, tails.get(waiting.pending.source));
        if (settled.kind === "again") again.push(waiting);
        else waiting.resolve(settled);
      }
      this.#queue = [...again, ...this.#queue];
      this.#messages += countOf(again);
      return;
    }
  }

  async #tails(group: readonly Waiting[]): Promise<ReadonlyMap<string, Tail> | undefined> {
    try {
      const tails = await this.#log.tails(group.map(({ pending }) => pending.source));
      if (this.#state.kind === "away") this.#become({ kind: "writable" });
      return tails;
    } catch (error) {
      this.#become({ kind: "away", error: error as Error });
      return undefined;
    }
  }

  #become(state: LogState): void {
    const { kind } = this.#state;
    this.#state = state;
    if (kind !== state.kind) this.#observer.stateChanged(state);
  }
}

/** The messages of some appends. */
function countOf(group: readonly Waiting[]): number {
  return group.reduce((sum, { pending }) => sum + pending.messages.length, 0);
}

/** The outcomes that the protocol knows; any other error would come again. */
function isExpected(error: unknown): boolean {
  return error instanceof LogConflict || error instanceof LogUnavailable || error instanceof LogFull;
}
