import { hostname } from "node:os";
import type { Logger } from "hpx-transport/sse";
import { type CommitObserver, GroupCommit, type LogState } from "./commit/group-commit.js";
import { sleep } from "./commit/pause.js";
import { wrong } from "./config/checks.js";
import { type ConfigContext, readRelayConfig, type RelayConfig, type RelaySettings } from "./config/options.js";
import type { MemberFacts } from "./group/facts.js";
import { alone, Group, type Ownership } from "./group/group.js";
import type { RelayLog } from "./log/log.js";
import { openLog } from "./log/open.js";
import { ConnectPace } from "./source/connect-pace.js";
import { HintKeeper } from "./source/keep-hints.js";
import { Owner } from "./source/owner.js";
import { messageOf } from "./source/relayed-source.js";
import { SourceSet } from "./source/source-set.js";
import { Rates } from "./status/rates.js";
import { StatusServer } from "./status/server.js";
import { type RelayStatus, sourceStatus } from "./status/status.js";

/** What a relay takes beside its configuration. */
export interface RelayContext extends ConfigContext {
  /** Gets a line for each change; each line of a source has its name. @defaultValue none */
  readonly logger?: Logger | undefined;
  /** A log of your own, in place of the one that the configuration names. The relay closes it. @defaultValue none */
  readonly openLog?: (() => Promise<RelayLog>) | undefined;
}

/** What is under way has so long to be committed at the end, in milliseconds. */
const LAST_COMMITS = 5000;

/**
 * Relays many streams into a log: nothing lost, nothing doubled, whatever dies in between.
 *
 * ```text
 *   source ──> feed ──> aligner ──> group commit ──> log
 *     ^                                               │
 *     └── resumes after the log's last message <──────┘
 * ```
 *
 * The log is the truth, and the cursor of a source is in the last message of the source. A runner for each source reads that
 * message, connects behind it, appends only if it is still the last one, and asks the connection for more when the append is
 * acknowledged. So a relay that dies at any point loses and doubles nothing, and two relays that run the same source do no
 * harm: one of two appends wins.
 *
 * @example
 * await using relay = await Relay.start({ sources: { feed: { url: "https://example.com/events" } } });
 * await relay.over; // every source ended or gave up
 */
export class Relay implements AsyncDisposable {
  #settings: RelaySettings;
  readonly #context: RelayContext;
  readonly #log: RelayLog;
  readonly #commit: GroupCommit;
  readonly #owner: Owner;
  readonly #sources: SourceSet;
  readonly #group: Group | undefined;
  readonly #rates: Rates;
  readonly #hints: HintKeeper | undefined;
  readonly #startedAt = Date.now();
  #server: StatusServer | undefined;
  #ownership: Ownership;
  #commits = 0;
  #commitSeconds = 0;
  #closing: Promise<void> | undefined;
  #resolveOver: (error: Error | undefined) => void = () => {};

  /**
   * Resolves when no source is left to wait for, with the error of the last one that gave up; `undefined` where all of them
   * ended, and after `close()`.
   */
  readonly over: Promise<Error | undefined> = new Promise((resolve) => {
    this.#resolveOver = resolve;
  });

  private constructor(settings: RelaySettings, context: RelayContext, log: RelayLog) {
    this.#settings = settings;
    this.#context = context;
    this.#log = log;
    this.#owner = new Owner(settings.id ?? ownName());
    this.#commit = new GroupCommit(log, this.#observer());
    this.#sources = new SourceSet({
      log,
      commit: this.#commit,
      owner: this.#owner,
      pace: new ConnectPace(),
      logger: context.logger,
      onChange: () => this.#changed(),
    });
    this.#ownership = alone(this.#owner.id);
    const key = `${this.#owner.id}.${this.#owner.incarnation}`;
    this.#group = log.group && new Group(log.group, key, this.#facts(), (ownership) => this.#own(ownership));
    this.#hints = log.hints && new HintKeeper(log.hints, () => this.#sources.all);
    this.#rates = new Rates(() => this.#sources.all.map((each) => [each.settings.name, each.counts.events] as const));
  }

  /**
   * Opens the log and begins with every source. Resolves before they are connected.
   *
   * @throws {TransportError} `CONFIG`, naming the option, or the setting of the log that cannot keep the promise
   */
  static async start(config: RelayConfig, context: RelayContext = {}): Promise<Relay> {
    const settings = readRelayConfig(config, context);
    const log = await (context.openLog ?? (() => openLog(settings.log)))();
    for (const warning of log.warnings ?? []) context.logger?.warn({ log: log.url }, warning);
    const relay = new Relay(settings, context, log);
    try {
      if (settings.status !== undefined) relay.#server = await StatusServer.start(settings.status, () => relay.status);
      await relay.#begin(settings);
      return relay;
    } catch (error) {
      await relay.close();
      throw error;
    }
  }

  /** Where the status server listens, without a path; `undefined` where the configuration asks for none. */
  get statusUrl(): string | undefined {
    return this.#server?.url;
  }

  /** What it does now: a snapshot. */
  get status(): RelayStatus {
    const now = Date.now();
    const { state } = this.#commit;
    const sources = this.#sources.all.map((source) =>
      sourceStatus(source, {
        owner: this.#owner.id,
        differing: this.#ownership.differing(source.settings.name),
        rate: this.#rates.perSecond(source.settings.name),
        log: state,
        now,
      }),
    );
    const isRunning = this.#closing === undefined && this.#group?.isMember !== false;
    const { revision, members } = this.#ownership;
    return {
      id: this.#owner.id,
      startedAt: this.#startedAt,
      ready: isRunning && state.kind === "writable" && sources.every((each) => each.state !== "blocked"),
      log: {
        url: this.#log.url,
        state: state.kind,
        ...(state.kind !== "writable" && { error: state.error.message }),
        commits: this.#commits,
        commitSeconds: this.#commitSeconds,
      },
      ...(this.#group !== undefined && { group: { revision, members, isMember: this.#group.isMember } }),
      sources,
    };
  }

  /**
   * Takes another configuration: begins with sources that are new, ends those that are gone, begins anew with those that
   * changed, gave up or ended, and leaves the others as they are. The group hears of another weight and limit.
   *
   * @throws {TransportError} `CONFIG`, also for a change of what needs a restart; then nothing has changed
   */
  async reload(config: RelayConfig): Promise<void> {
    const settings = readRelayConfig(config, this.#context);
    const { log, id, status, sources } = settings;
    for (const [field, before, after] of [
      ["log", this.#settings.log, log],
      ["id", this.#settings.id, id],
      ["status", this.#settings.status, status],
    ] as const) {
      if (JSON.stringify(before) === JSON.stringify(after)) continue;
      throw wrong(
        field,
        "a change",
        "it needs a restart: a reload changes sources, defaults, and weight and limit in a group only",
      );
    }
    if (this.#closing !== undefined) return;
    this.#settings = settings;
    const restarted = await this.#sources.configure(sources);
    await this.#group?.change(this.#facts());
    this.#context.logger?.info({ sources: sources.size, restarted }, "the configuration was read again");
  }

  /** Reads no more, commits what is under way (for 5 seconds at most), leaves the group, and closes the log. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** `await using relay = ...` closes it at the end of the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#rates.stop();
    this.#hints?.stop();
    const deadline = new AbortController();
    const stopped = this.#sources.stop();
    await Promise.race([stopped, sleep(LAST_COMMITS, deadline.signal)]);
    deadline.abort();
    this.#commit.stop();
    await stopped;
    await this.#group?.leave();
    await this.#hints?.write();
    await this.#log.close();
    await this.#server?.close();
    this.#resolveOver(undefined);
  }

  async #begin({ sources }: RelaySettings): Promise<void> {
    await this.#sources.configure(sources);
    if (this.#group === undefined) return this.#sources.own(this.#ownership);
    await this.#group.change(this.#facts());
    this.#group.start();
  }

  #own(ownership: Ownership): void {
    if (this.#closing !== undefined) return;
    const { revision, members } = ownership;
    if (members.join() !== this.#ownership.members.join()) {
      this.#context.logger?.info({ revision, members: members.join(" ") }, "the members of the group");
    }
    this.#ownership = ownership;
    this.#owner.view = revision;
    this.#sources.own(ownership);
  }

  /** What the others of the group hear. */
  #facts(): MemberFacts {
    return { id: this.#owner.id, ...this.#settings.member, sources: this.#sources.fingerprints };
  }

  /** Ends the wait of `over` when nothing is left to wait for. */
  #changed(): void {
    const states = this.#sources.all.map(({ state }) => state);
    if (!states.every(({ kind }) => kind === "failed" || kind === "ended")) return;
    const failed = states.find((state) => state.kind === "failed");
    this.#resolveOver(failed === undefined ? undefined : new Error(messageOf(failed.error), { cause: failed.error }));
  }

  #observer(): CommitObserver {
    const { logger } = this.#context;
    return {
      stateChanged: (state: LogState) => {
        const log = this.#log.url;
        if (state.kind === "writable") logger?.info({ log }, "the log can be written again");
        else logger?.warn({ log, message: state.error.message }, `the log is ${state.kind}: the sources wait`);
      },
      committed: (_, duration) => {
        this.#commits += 1;
        this.#commitSeconds += duration / 1000;
      },
    };
  }
}

function ownName(): string {
  return `${hostname()}-${process.pid}`.replaceAll(/[^A-Za-z0-9_-]/g, "-").slice(-60);
}
