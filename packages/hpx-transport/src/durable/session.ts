import { TransportError } from "../error.js";
import type { SseCursorConnection, SseEvent, SseInterruption } from "../sse/index.js";
import { checkerFor } from "./checked.js";
import type { Checker, Finding } from "./continuity.js";
import type { CursorPosition } from "./durable-cursor.js";
import type { Gap } from "./gap.js";
import { type Checkpoint, HandedOver } from "./handed-over.js";
import type { DurableSettings } from "./options.js";
import type { CursorRecord } from "./record.js";
import { Remembered } from "./remembered.js";
import { Saver } from "./saver.js";
import type { Claim } from "./store.js";
import { type Footprint, Trail } from "./trail.js";

/** A cursor from one claim to the end of its connection. */
export class CursorSession {
  readonly #settings: DurableSettings;
  readonly #claim: Claim;
  readonly #connection: SseCursorConnection;
  readonly #saver: Saver;
  readonly #trail: Trail;
  readonly #checker: Checker | undefined;
  readonly #remembered: Remembered | undefined;
  readonly #handed = new HandedOver();
  /** The state after the last acknowledged event. */
  #acknowledged: { readonly position: number; readonly footprint: Footprint };
  #handedOver: number;
  #version: number;
  #holding = false;
  /** A `saveIn` that is under way; it never rejects. */
  #savingIn: Promise<void> = Promise.resolve();
  /** The next event is the first one of this run. */
  #isFirst = true;

  /** @throws {TransportError} `CONFIG` where the record belongs to another URL */
  constructor(settings: DurableSettings, claim: Claim, connection: SseCursorConnection) {
    const { name, continuity, remember, saveEvery, saveInterval } = settings;
    const { record } = claim;
    if (record !== undefined && record.origin !== connection.origin) {
      const expected = `its record is of ${record.origin}, and this is ${connection.origin}; give each stream a name of its own`;
      throw TransportError.config("cursor.name", JSON.stringify(name), expected);
    }
    const { id = "", after = [], n = 0, seq, version = 0, remember: hashes = [] } = record ?? {};
    this.#settings = settings;
    this.#claim = claim;
    this.#connection = connection;
    this.#trail = new Trail(id, after);
    this.#checker = continuity && checkerFor(continuity, seq);
    this.#remembered = remember === 0 ? undefined : new Remembered(remember, hashes);
    this.#acknowledged = { position: n, footprint: { id, hashes: after, length: after.length } };
    this.#handedOver = n;
    this.#version = version;
    this.#saver = new Saver(
      {
        name,
        saveEvery,
        saveInterval,
        save: () => this.#save(),
        onSaved: () => this.#holdOrRelease(),
        onFailed: (error) => connection.warn("the cursor's store failed; the save is tried again", { error }),
        onFatal: (error) => connection.fail(error),
      },
      n,
    );
  }

  get position(): CursorPosition {
    const { position: acknowledged, footprint } = this.#acknowledged;
    const { saved } = this.#saver;
    return { handedOver: this.#handedOver, acknowledged, saved, id: footprint.id, epoch: this.#claim.epoch };
  }

  /** The event was handed over in this session. */
  knows({ position = 0 }: SseEvent): boolean {
    return position > (this.#claim.record?.n ?? 0) && position <= this.#handedOver;
  }

  asked(): void {
    if (this.#settings.acknowledge === "next" && this.#handed.size > 0) this.#advance(this.#handed.takeAll());
  }

  acknowledge({ position = 0 }: SseEvent): void {
    const checkpoint = this.#handed.at(position);
    if (checkpoint === undefined) return;
    checkpoint.acknowledged = true;
    this.#advance(this.#handed.takeAcknowledged());
  }

  /** `false` drops the event. */
  handOver(event: SseEvent, before: SseInterruption | undefined): boolean {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (before?.connected === true) this.#reconnected();
    if (this.#trail.recognises(event) || this.#remembered?.recognises(event) === true) {
      if (!this.#report({ token: undefined, kind: "duplicate", count: 1 }, event, "ids")) return false;
    }
    const finding = this.#checker?.examine(event, before?.hasOwnId === true);
    if (finding?.kind !== undefined) {
      const found = before?.lost !== undefined ? "server" : isFirst ? "restart" : (this.#checker?.found ?? "sequence");
      if (!this.#report(finding, event, found)) return false;
    } else if (before?.lost !== undefined) {
      const kind = before.lost === "unknown" ? "unknown" : "lost";
      if (!this.#report({ token: undefined, kind, count: before.lost }, event, "server")) return false;
    }
    this.#add(event, finding?.token);
    return true;
  }

  /** Saves the position after `event` by `save`, together with work of the caller's. */
  async saveWith(save: (record: CursorRecord, claim: Claim) => Promise<void> | void, event: SseEvent): Promise<void> {
    const { position = 0 } = event;
    const checkpoints = this.#handed.upTo(position);
    if (checkpoints.length === 0) return;
    try {
      const saving = save(this.#record(checkpoints), this.#claim);
      this.#savingIn = Promise.resolve(saving).catch(() => {});
      await saving;
    } catch (cause) {
      const { name } = this.#settings;
      throw TransportError.is(cause) ? cause : TransportError.cursorStore(name, "save", { cause });
    }
    this.#saver.savedElsewhere(position);
    this.#holdOrRelease();
  }

  flush(): Promise<void> {
    return this.#saver.flush();
  }

  end(): Promise<void> {
    return this.#saver.end();
  }

  /** Saves what is acknowledged, and resolves with how many events that are. */
  async #save(): Promise<number> {
    const { name, store } = this.#settings;
    // Its record would have the higher version, and set back what the transaction saves.
    await this.#savingIn;
    const { position } = this.#acknowledged;
    if (position > this.#saver.saved) await store.save(name, this.#record([]), this.#claim);
    return position;
  }

  #reconnected(): void {
    this.#trail.reconnected();
    this.#remembered?.reconnected();
    this.#checker?.reconnected();
  }

  /** Tells of a gap. Returns whether the event is delivered. */
  #report(
    { kind, count = "unknown", key = "", after, before }: Finding,
    event: SseEvent,
    found: Gap["found"],
  ): boolean {
    if (kind === undefined) return true;
    const gap: Gap = {
      kind,
      count,
      key,
      after: after ?? this.#trail.id,
      before: before ?? event.id,
      found,
      at: Date.now(),
    };
    const number = count === "unknown" ? 1 : count;
    if (kind === "duplicate") this.#connection.count({ duplicates: number });
    // What the server said is counted by the connection.
    else if (found !== "server") this.#connection.count({ lost: number });
    this.#settings.onGap?.(gap);
    if (kind === "duplicate") return this.#settings.duplicates === "deliver";
    if (this.#settings.gaps === "report") return true;
    this.#connection.fail(TransportError.gap(describe(this.#settings.name, gap), gap));
    return false;
  }

  #add(event: SseEvent, token: unknown): void {
    this.#handedOver += 1;
    event.position = this.#handedOver;
    this.#handed.add({
      position: this.#handedOver,
      footprint: this.#trail.add(event),
      token,
      hash: this.#remembered?.add(event) ?? "",
      acknowledged: false,
    });
    if (this.#handedOver - this.#saver.saved >= this.#settings.maxUnsaved) this.#holdOrRelease();
  }

  #advance(checkpoints: readonly Checkpoint[]): void {
    const last = checkpoints.at(-1);
    if (last === undefined) return;
    this.#acknowledged = last;
    for (const { token, hash } of (this.#checker ?? this.#remembered) ? checkpoints : []) {
      this.#checker?.acknowledge(token);
      this.#remembered?.acknowledge(hash);
    }
    this.#saver.acknowledged(last.position);
  }

  #holdOrRelease(): void {
    const holds = this.#handedOver - this.#saver.saved >= this.#settings.maxUnsaved;
    if (holds === this.#holding) return;
    this.#holding = holds;
    if (holds) this.#connection.hold();
    this.#saver.held = holds;
    if (!holds) this.#connection.release();
  }

  /** The record after the acknowledged events, and after `more`, which are not acknowledged yet. */
  #record(more: readonly Checkpoint[]): CursorRecord {
    const { name } = this.#settings;
    const { position, footprint } = more.at(-1) ?? this.#acknowledged;
    this.#version += 1;
    return {
      v: 1,
      name,
      id: footprint.id,
      after: footprint.hashes.slice(0, footprint.length),
      n: position,
      ...(this.#checker && { seq: this.#checker.state(more.map(({ token }) => token)) }),
      ...(this.#remembered && { remember: this.#remembered.hashes(more.map(({ hash }) => hash)) }),
      origin: this.#connection.origin,
      at: Date.now(),
      epoch: this.#claim.epoch,
      version: this.#version,
    };
  }
}

function describe(name: string, { kind, count, key, after, before }: Gap): string {
  const where = `between ${JSON.stringify(after)} and ${JSON.stringify(before)}${key === "" ? "" : ` of ${key}`}`;
  const what =
    kind === "lost" ? `${count} events were lost` : kind === "reset" ? "the numbers began anew" : "events may be lost";
  return `cursor ${JSON.stringify(name)}: ${what} ${where}`;
}
