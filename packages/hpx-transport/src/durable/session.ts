import { TransportError } from "../error.js";
import type { SseCursorConnection, SseEvent, SseInterruption } from "../sse/index.js";
import { checkerFor } from "./continuity/checked.js";
import type { Checker, Finding } from "./continuity/continuity.js";
import type { CursorPosition } from "./durable-cursor.js";
import type { Gap } from "./continuity/gap.js";
import { GapReport } from "./continuity/gap-report.js";
import { type Checkpoint, HandedOver } from "./handed-over/handed-over.js";
import { InHand } from "./handed-over/in-hand.js";
import type { DurableSettings } from "./options.js";
import type { CursorRecord } from "./record.js";
import { RecordMaker } from "./handed-over/record-maker.js";
import { Remembered } from "./handed-over/remembered.js";
import { Saver } from "./saver.js";
import type { Claim } from "./store.js";
import { type Footprint, Trail } from "./handed-over/trail.js";

/**
 * A cursor from one claim to the end of its connection.
 *
 * With `acknowledge: "next"`, asking acknowledges everything that was handed over: the state of the trail is all there is to keep.
 * A checkpoint for each event is made only where one of many may be acknowledged, and where a check or `remember` needs them.
 */
export class CursorSession {
  readonly #settings: DurableSettings;
  readonly #claim: Claim;
  readonly #connection: SseCursorConnection;
  readonly #saver: Saver;
  readonly #trail: Trail;
  readonly #checker: Checker | undefined;
  readonly #remembered: Remembered | undefined;
  readonly #report: GapReport;
  readonly #records: RecordMaker;
  /** The events that the consumer has, where there are no checkpoints. */
  readonly #inHand = new InHand();
  #checkpoints: HandedOver | undefined;
  /** The state after the last acknowledged event: the position, and the footprint in three fields. */
  #acknowledged: number;
  #id: string;
  #hashes: readonly string[];
  #length: number;
  #handedOver: number;
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
    this.#checkpoints =
      acknowledge === "manual" || (this.#checker ?? this.#remembered) !== undefined ? new HandedOver() : undefined;
    this.#acknowledged = n;
    this.#id = id;
    this.#hashes = after;
    this.#length = after.length;
    this.#handedOver = n;
    this.#holdFrom = n + maxUnsaved;
    this.#saver = new Saver(
      {
        name,
        saveEvery,
        saveInterval,
        acknowledged: () => this.#acknowledged,
        save: () => store.save(name, this.#records.record(this.#acknowledged, this.#footprint, []), claim),
        onSaved: () => this.#holdOrRelease(),
        onFailed: (error) => connection.warn("the cursor's store failed; the save is tried again", { error }),
        onFatal: (error) => connection.fail(error),
      },
      n,
    );
  }

  get position(): CursorPosition {
    const [handedOver, acknowledged, { saved }] = [this.#handedOver, this.#acknowledged, this.#saver];
    return { handedOver, acknowledged, saved, id: this.#id, epoch: this.#claim.epoch };
  }

  /** The event was handed over in this session. */
  knows({ position = 0 }: SseEvent): boolean {
    return position > (this.#claim.record?.n ?? 0) && position <= this.#handedOver;
  }

  asked(): void {
    if (this.#checkpoints !== undefined) {
      const acknowledges = this.#settings.acknowledge === "next" && this.#checkpoints.size > 0;
      if (acknowledges) this.#advance(this.#checkpoints.takeAll());
      return;
    }
    if (this.#acknowledged === this.#handedOver) return;
    this.#inHand.clear();
    this.#acknowledged = this.#handedOver;
    this.#id = this.#trail.id;
    this.#hashes = this.#trail.hashes;
    this.#length = this.#hashes.length;
    if (this.#acknowledged >= this.#saver.due) this.#saver.acknowledged();
  }

  acknowledge({ position = 0 }: SseEvent): void {
    const checkpoints = this.#withCheckpoints();
    const checkpoint = checkpoints.at(position);
    if (checkpoint === undefined) return;
    checkpoint.acknowledged = true;
    this.#advance(checkpoints.takeAcknowledged());
  }

  /** `false` drops the event. */
  handOver(event: SseEvent, before: SseInterruption | undefined): boolean {
    if (before !== undefined || this.#checkpoints !== undefined || this.#trail.isReplaying) {
      return this.#examine(event, before);
    }
    this.#handedOver += 1;
    event.position = this.#handedOver;
    this.#trail.add(event);
    this.#inHand.add(event);
    if (this.#handedOver >= this.#holdFrom) this.#holdOrRelease();
    return true;
  }

  /** Saves the position after `event` by `save`, together with work of the caller's. */
  async saveWith(save: (record: CursorRecord, claim: Claim) => Promise<void> | void, event: SseEvent): Promise<void> {
    const { position = 0 } = event;
    if (position <= this.#acknowledged) return;
    const checkpoints = position === this.#handedOver ? this.#checkpoints : this.#withCheckpoints();
    const upTo = checkpoints?.upTo(position) ?? [];
    const record = this.#records.record(position, upTo.at(-1)?.footprint ?? this.#trail.footprint, upTo);
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
    this.#handedOver += 1;
    event.position = this.#handedOver;
    this.#trail.add(event);
    if (this.#checkpoints === undefined) this.#inHand.add(event);
    else this.#checkpoints.add(this.#checkpointAt(event, finding?.token));
    if (this.#handedOver >= this.#holdFrom) this.#holdOrRelease();
    return true;
  }

  #reconnected(): void {
    this.#trail.reconnected();
    this.#remembered?.reconnected();
    this.#checker?.reconnected();
  }

  #tell(finding: Omit<Finding, "token">, event: SseEvent, found: Gap["found"]): boolean {
    return this.#report.tell(finding, event, found, this.#trail.id);
  }

  #checkpointAt(event: SseEvent, token: unknown): Checkpoint {
    return {
      position: this.#handedOver,
      footprint: this.#trail.footprint,
      token,
      hash: this.#remembered?.add(event) ?? "",
      acknowledged: false,
    };
  }

  /** From here on each event has a checkpoint, also those that the consumer has already. */
  #withCheckpoints(): HandedOver {
    this.#checkpoints ??= this.#inHand.checkpoints(this.#acknowledged, this.#footprint);
    return this.#checkpoints;
  }

  #advance(checkpoints: readonly Checkpoint[]): void {
    const last = checkpoints.at(-1);
    if (last === undefined) return;
    for (const { token, hash } of (this.#checker ?? this.#remembered) ? checkpoints : []) {
      this.#checker?.acknowledge(token);
      this.#remembered?.acknowledge(hash);
    }
    const { id, hashes, length } = last.footprint;
    this.#acknowledgeUpTo(last.position, id, hashes, length);
  }

  #acknowledgeUpTo(position: number, id: string, hashes: readonly string[], length: number): void {
    this.#acknowledged = position;
    this.#id = id;
    this.#hashes = hashes;
    this.#length = length;
    if (position >= this.#saver.due) this.#saver.acknowledged();
  }

  #holdOrRelease(): void {
    this.#holdFrom = this.#saver.saved + this.#settings.maxUnsaved;
    const holds = this.#handedOver >= this.#holdFrom;
    if (holds === this.#holding) return;
    this.#holding = holds;
    if (holds) this.#connection.hold();
    this.#saver.held = holds;
    if (!holds) this.#connection.release();
  }

  /** That of the last acknowledged event. */
  get #footprint(): Footprint {
    return { id: this.#id, hashes: this.#hashes, length: this.#length };
  }
}
