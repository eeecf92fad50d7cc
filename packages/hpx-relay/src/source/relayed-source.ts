import type { Logger } from "hpx-transport/sse";
import type { ConnectPace } from "./connect-pace.js";
import { noCounts, type SourceCounts } from "./counts.js";
import type { LogEnd, LogEndContext } from "./log-end.js";
import type { OpenFeed } from "./feed.js";
import { PairRunner } from "./pair/pair-runner.js";
import { SourceRunner } from "./runner.js";
import type { SourceSettings } from "./settings.js";
import { SseFeed } from "./sse-feed.js";
import type { SourceState } from "./state.js";

/** Brings a source into the log. */
type Runner = Pick<SourceRunner, "start" | "stop" | "end">;

/** What the sources of a relay share. */
export interface SharedContext extends Omit<LogEndContext, "signal"> {
  readonly pace: ConnectPace;
  readonly logger: Logger | undefined;
  /** A source changed its state. */
  readonly onChange: () => void;
}

const NO_ROOM = "no relay of the group has room for the source: raise group.maxSources, or start another relay";

/** A source, run here or elsewhere, with its state and its log lines, each of which has the source's name. */
export class RelayedSource {
  readonly settings: SourceSettings;
  /** Over all the times that it was run here. */
  readonly counts: SourceCounts = noCounts();
  readonly #context: SharedContext;
  #state: SourceState = { kind: "starting" };
  #since = Date.now();
  #runner: Runner | undefined;
  /** It is heard here, and run elsewhere. */
  #assists = false;
  /** What its runner said last. */
  #heardState: SourceState = { kind: "starting" };
  #stopping: Promise<unknown> = Promise.resolve();
  #begunAt = 0;
  #takeover: number | undefined;

  constructor(settings: SourceSettings, context: SharedContext) {
    this.settings = settings;
    this.#context = context;
  }

  /** Where it is in its life. */
  get state(): SourceState {
    return this.#state;
  }

  /** Since when, by `Date.now()`. */
  get since(): number {
    return this.#since;
  }

  /** Its end in the log; `undefined` where it was never run here. */
  get end(): LogEnd | undefined {
    return this.#runner?.end;
  }

  /** How long it took from the decision to run it here until it was connected, in milliseconds. */
  get takeover(): number | undefined {
    return this.#takeover;
  }

  /** Runs it here. One that gave up or has ended stays so. */
  run(): void {
    const { kind } = this.#state;
    if (this.#assists) {
      // It hears the source already.
      this.#assists = false;
      this.#become(this.#heardState);
      return;
    }
    if (this.#runner !== undefined && kind !== "standby" && kind !== "stopped") return;
    this.#begin();
    this.#become({ kind: "starting" });
  }

  /** Hears it as the second of a pair: `owner` runs it. */
  assist(owner: string): void {
    const { kind } = this.#state;
    if (kind === "failed" || kind === "ended") return;
    const hears = this.#runner !== undefined && (this.#assists || (kind !== "standby" && kind !== "stopped"));
    this.#assists = true;
    if (!hears) this.#begin();
    this.#become({ kind: "standby", owner });
  }

  /** Leaves it to another process; `hasRoom`: one of the group may run it. */
  standBy(owner: string, hasRoom: boolean): void {
    const { kind } = this.#state;
    if (kind === "failed" || kind === "ended") return;
    this.#assists = false;
    void this.stop();
    this.#become({ kind: "standby", owner, ...(!hasRoom && { error: new Error(NO_ROOM) }) });
  }

  /** Reads no more. Resolves when nothing is under way. */
  async stop(): Promise<void> {
    const runner = this.#runner;
    if (runner !== undefined) this.#stopping = Promise.all([this.#stopping, runner.stop()]);
    await this.#stopping;
  }

  async #startAfter(stopping: Promise<unknown>, runner: Runner): Promise<void> {
    await stopping;
    if (this.#runner === runner) runner.start();
  }

  #begin(): void {
    this.#begunAt = performance.now();
    const runner = this.#createRunner();
    this.#runner = runner;
    void this.#startAfter(this.#stopping, runner);
  }

  #createRunner(): Runner {
    const { log, commit, owner, pace, logger } = this.#context;
    const { settings } = this;
    // One that was stopped has nothing to say any more.
    const onState = (state: SourceState): void => {
      if (this.#runner !== runner) return;
      this.#heardState = state;
      const isOver = state.kind === "failed" || state.kind === "ended";
      if (this.#state.kind !== "standby" || (this.#assists && isOver)) this.#become(state);
    };
    const openFeed: OpenFeed = (id) =>
      new SseFeed(settings, id, {
        capacity: log.limits.messages,
        pace,
        logger,
        onState: (kind, error) => onState(kind === "connected" ? { kind: "flowing" } : { kind: "connecting", error }),
      });
    const shared = { log, commit, owner, openFeed, onState };
    const runner: Runner = settings.pair
      ? new PairRunner(settings.name, this.counts, { ...shared, isFirst: () => !this.#assists })
      : new SourceRunner(settings.name, this.counts, { ...shared, start: settings.start, numeric: settings.numeric });
    return runner;
  }

  /** The only place that changes the state. */
  #become(state: SourceState): void {
    const before = this.#state;
    this.#state = state;
    const { logger, onChange } = this.#context;
    const { name } = this.settings;
    if (isCrowded(state) && !isCrowded(before)) logger?.warn({ name }, NO_ROOM);
    if (before.kind === state.kind) return;
    this.#since = Date.now();
    if (state.kind === "failed") logger?.error({ name, message: messageOf(state.error) }, "the source gave up");
    else if (state.kind === "ended") logger?.info({ name }, "the source has nothing more");
    else if (state.kind === "standby" && !isCrowded(state))
      logger?.info({ name, owner: state.owner }, "the source is run elsewhere");
    else if (state.kind === "flowing") this.#takeover ??= performance.now() - this.#begunAt;
    if (state.kind === "starting") this.#takeover = undefined;
    onChange();
  }
}

/** No relay has room for it. */
function isCrowded(state: SourceState): boolean {
  return state.kind === "standby" && state.error !== undefined;
}

/** The message of an error of any kind. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
