import type { Logger } from "hpx-transport/sse";
import type { GroupCommit } from "../commit/group-commit.js";
import type { RelayLog } from "../log/log.js";
import type { ConnectPace } from "./connect-pace.js";
import type { Owner } from "./owner.js";
import { SourceRunner } from "./runner.js";
import type { SourceSettings } from "./settings.js";
import { SseFeed } from "./sse-feed.js";
import type { SourceState } from "./state.js";

/** What the sources of a relay share. */
export interface SharedContext {
  readonly log: RelayLog;
  readonly commit: GroupCommit;
  readonly owner: Owner;
  readonly pace: ConnectPace;
  readonly logger: Logger | undefined;
  /** A source changed its state. */
  readonly onChange: () => void;
}

/** A source with its runner, its state, and its log lines, each of which has the source's name. */
export class RelayedSource {
  readonly settings: SourceSettings;
  readonly runner: SourceRunner;
  #state: SourceState = { kind: "starting" };
  #since = Date.now();
  readonly #context: SharedContext;

  constructor(settings: SourceSettings, context: SharedContext) {
    this.settings = settings;
    this.#context = context;
    const { log, commit, owner, pace, logger } = context;
    const onState = (state: SourceState): void => this.#become(state);
    this.runner = new SourceRunner(settings.name, {
      log,
      commit,
      owner,
      start: settings.start,
      numeric: settings.numeric,
      openFeed: (id) =>
        new SseFeed(settings, id, { pace, logger, onState: (kind, error) => this.#connection(kind, error) }),
      onState,
    });
  }

  /** Where it is in its life. */
  get state(): SourceState {
    return this.#state;
  }

  /** Since when, by `Date.now()`. */
  get since(): number {
    return this.#since;
  }

  #connection(kind: "connecting" | "connected", error: unknown): void {
    this.#become(kind === "connected" ? { kind: "flowing" } : { kind: "connecting", error });
  }

  /** The only place that changes the state. */
  #become(state: SourceState): void {
    const before = this.#state.kind;
    this.#state = state;
    if (before === state.kind) return;
    this.#since = Date.now();
    const { logger, onChange } = this.#context;
    const { name } = this.settings;
    if (state.kind === "failed") logger?.error({ name, message: messageOf(state.error) }, "the source gave up");
    else if (state.kind === "ended") logger?.info({ name }, "the source has nothing more");
    onChange();
  }
}

/** The message of an error of any kind. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
