import { TransportError } from "../error.js";
import type { SseCursorConnection, SseEvent, SseInterruption } from "../sse/index.js";
import { checkerFor } from "./continuity/checked.js";
import type { Checker, Finding } from "./continuity/continuity.js";
import type { CursorPosition } from "./durable-cursor.js";
import type { Gap } from "./continuity/gap.js";
import { GapReport } from "./continuity/gap-report.js";
import type { Checkpoint, HandedOver } from "./handed-over/handed-over.js";
import { Progress } from "./handed-over/progress.js";
import type { DurableSettings } from "./options.js";
import type { CursorRecord } from "./record.js";
import { RecordMaker } from "./handed-over/record-maker.js";
import { Remembered } from "./handed-over/remembered.js";
import { Saver } from "./saving/saver.js";
import type { Claim } from "./store.js";
import { Trail } from "./handed-over/trail.js";

/** A cursor from one claim to the end of its connection. */
export class CursorSession {
  readonly #settings: DurableSettings;
  readonly #claim: Claim;
  readonly #connection: SseCursorConnection;
  readonly #saver: Saver;
  readonly #trail: Trail;
  readonly #progress: Progress;
  readonly #checker: Checker | undefined;
  readonly #remembered: Remembered | undefined;
  readonly #report: GapReport;
  readonly #records: RecordMaker;
  /** Any event may come again, or needs a checkpoint: each one is examined. */
  #examinesEach: boolean;
  /** Delivery waits for the store from this position on. */
  #holdFrom: number;
  #holding = false;
  /** The next event is the first one of this run. */
  #isFirst = true;

  /** @throws {TransportError} `CONFIG` where the record belongs to another URL */
  constructor(settings: DurableSettings, claim: Claim, connection: SseCursorConnection) {
    const { acknowledge, name, continuity, maxUnsaved, remember, saveEvery, saveInterval, store } = settings;
    const { record } = claim;
    if (record !== undefined && record.origin !== connection.origin) {
      const expected = `its record is of ${record.origin}, and this is ${connection.origin}; give each stream a name of its own`;
      throw TransportError.config("cursor.name", JSON.stringify(name), expected);
    }
    const { id = "", after = [], n = 0, seq, remember: hashes = [] } = record ?? {};
    this.#settings = settings;
    this.#claim = claim;
    this.#connection = connection;
    this.#trail = new Trail(id, after);
    this.#checker = continuity && checkerFor(continuity, seq);
    this.#remembered = remember === 0 ? undefined : new Remembered(remember, hashes);
    this.#report = new GapReport(settings, connection);
    const context = { connection, checker: this.#checker, remembered: this.#remembered };
    this.#records = new RecordMaker(name, claim, context);
    this.#progress = new Progress(this.#trail, connection.tally, n);
    this.#examinesEach = acknowledge === "manual" || (this.#checker ?? this.#remembered) !== undefined;
    if (this.#examinesEach) this.#progress.checkpoints();
    this.#holdFrom = n + maxUnsaved;
    this.#saver = new Saver(
      {
        name,
        saveEvery,
        saveInterval,
        acknowledged: () => this.#progress.acknowledged,
        save: () => store.save(name, this.#newRecord(), claim),
        onDue: () => this.#letPass(),
        onSaved: () => this.#holdOrRelease(),
        onFailed: (error) => connection.warn("the cursor's store failed; the save is tried again", { error }),
        onFatal: (error) => connection.fail(error),
      },
      n,
    );
  }

  get position(): CursorPosition {
    const { handedOver, acknowledged, footprint } = this.#progress;
    return { handedOver, acknowledged, saved: this.#saver.saved, id: footprint.id, epoch: this.#claim.epoch };
  }

  /** The event was handed over in this session. */
  knows({ position = 0 }: SseEvent): boolean {
    return position > (this.#claim.record?.n ?? 0) && position <= this.#progress.handedOver;
  }

  asked(): void {
    if (!this.#progress.hasCheckpoints) {
      if (this.#progress.acknowledgeAll() >= this.#saver.due) this.#saver.acknowledged();
    } else if (this.#settings.acknowledge === "next") {
      this.#advance(this.#progress.checkpoints().takeAll());
    }
  }

  acknowledge({ position = 0 }: SseEvent): void {
    const checkpoints = this.#withCheckpoints();
    const checkpoint = checkpoints.at(position);
    if (checkpoint === undefined) return;
    checkpoint.acknowledged = true;
    this.#advance(checkpoints.takeAcknowledged());
  }

  /** Deals with events that come next, as far as that can be done before they are handed over. */
  ahead(events: readonly SseEvent[], from: number, to: number): void {
    if (this.#examinesEach) return;
    this.#progress.count(events, from, to);
    this.#letPass();
  }

  /** `false` drops the event. */
  handOver(event: SseEvent, before: SseInterruption | undefined): boolean {
    if (before !== undefined || this.#examinesEach) return this.#examine(event, before);
    this.#add(event);
    return true;
  }

  /** Saves the position after `event` by `save`, together with work of the caller's. */
  async saveWith(save: (record: CursorRecord, claim: Claim) => Promise<void> | void, event: SseEvent): Promise<void> {
    const { position = 0 } = event;
    const { acknowledged, hasCheckpoints } = this.#progress;
    if (position <= acknowledged) return;
    const upTo = hasCheckpoints ? this.#progress.checkpoints().upTo(position) : [];
    const footprint = upTo.at(-1)?.footprint ?? this.#progress.footprintAt(position);
    const record = this.#records.record(position, footprint, upTo);
    try {
      await this.#saver.saveElsewhere(position, () => save(record, this.#claim));
    } catch (cause) {
      const { name } = this.#settings;
      throw TransportError.is(cause) ? cause : TransportError.cursorStore(name, "save", { cause });
    }
    this.#holdOrRelease();
  }

  flush(): Promise<void> {
    return this.#saver.flush();
  }

  end(): Promise<void> {
    return this.#saver.end();
  }

  /** Another connection has the cursor: what this one has not handed over is dropped, for the other one gets it. */
  supersede(): void {
    this.#connection.fail(TransportError.cursorFenced(this.#settings.name));
  }

  /** Everything that an event can need: recognises repetitions, finds gaps, keeps a checkpoint. */
  #examine(event: SseEvent, before: SseInterruption | undefined): boolean {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    this.#progress.settleTrail();
    if (before?.connected === true) this.#reconnected();
    const comesAgain = this.#trail.recognises(event) || this.#remembered?.recognises(event) === true;
    if (comesAgain && !this.#tell({ kind: "duplicate", count: 1 }, event, "ids")) return false;
    // A repetition that is delivered all the same is reported once.
    const finding = comesAgain ? undefined : this.#checker?.examine(event, before?.hasOwnId === true);
    if (finding?.kind !== undefined) {
      const found = before?.lost !== undefined ? "server" : isFirst ? "restart" : (this.#checker?.found ?? "sequence");
      if (!this.#tell(finding, event, found)) return false;
    } else if (before?.lost !== undefined) {
      const kind = before.lost === "unknown" ? "unknown" : "lost";
      if (!this.#tell({ kind, count: before.lost }, event, "server")) return false;
    }
    this.#add(event, finding?.token, this.#remembered?.add(event));
    return true;
  }

  #add(event: SseEvent, token?: unknown, hash?: string): void {
    this.#progress.add(event, token, hash);
    this.#examinesEach = this.#progress.hasCheckpoints || this.#trail.isReplaying;
    if (this.#progress.handedOver >= this.#holdFrom) this.#holdOrRelease();
  }

  /** Events that are counted may be handed over without a call, until one has to be acknowledged here, or is held. */
  #letPass(): void {
    const { counted } = this.#progress;
    this.#connection.tally.freeUntil = Math.min(counted, this.#saver.due, this.#holdFrom - 1);
  }

  #reconnected(): void {
    this.#examinesEach = true;
    this.#trail.reconnected();
    this.#remembered?.reconnected();
    this.#checker?.reconnected();
  }

  #tell(finding: Omit<Finding, "token">, event: SseEvent, found: Gap["found"]): boolean {
    return this.#report.tell(finding, event, found, this.#trail.id);
  }

  /** From here on each event has a checkpoint, also those that the consumer has already. */
  #withCheckpoints(): HandedOver {
    this.#examinesEach = true;
    return this.#progress.checkpoints();
  }

  #advance(checkpoints: readonly Checkpoint[]): void {
    const last = checkpoints.at(-1);
    if (last === undefined) return;
    for (const { token, hash } of (this.#checker ?? this.#remembered) ? checkpoints : []) {
      this.#checker?.acknowledge(token);
      this.#remembered?.acknowledge(hash);
    }
    this.#progress.acknowledge(last);
    if (last.position >= this.#saver.due) this.#saver.acknowledged();
  }

  #newRecord(): CursorRecord {
    return this.#records.record(this.#progress.acknowledged, this.#progress.footprint, []);
  }

  #holdOrRelease(): void {
    this.#holdFrom = this.#saver.saved + this.#settings.maxUnsaved;
    this.#letPass();
    const holds = this.#progress.handedOver >= this.#holdFrom;
    if (holds === this.#holding) return;
    this.#holding = holds;
    if (holds) this.#connection.hold();
    this.#saver.held = holds;
    if (!holds) this.#connection.release();
  }
}
