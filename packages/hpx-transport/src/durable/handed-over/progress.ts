import type { SseEvent, SseTally } from "../../sse/index.js";
import { type Checkpoint, checkpointAt, HandedOver } from "./handed-over.js";
import type { Footprint, Trail } from "./trail.js";

/** Of an event with an id of its own. */
const NO_HASHES: readonly string[] = [];

/**
 * Where the consumer stands: how many events it has got, and how many of them are acknowledged.
 *
 * Where asking acknowledges everything that was handed over, and each event has an id of its own, a list of ids is all there is to
 * keep: a run. Its events are counted in it before they are handed over, many in one step. Otherwise each event has a checkpoint:
 * where one of many may be acknowledged, where a check needs it, and from the first event without an id of its own on.
 */
export class Progress {
  readonly #trail: Trail;
  readonly #tally: SseTally;
  /** The state before the run. */
  #before: Footprint;
  /** The position of the run's first event. */
  #first: number;
  /** The ids of the run's events, which may be acknowledged, handed over, or neither yet. */
  #run: string[] = [];
  #checkpoints: HandedOver | undefined;

  /** After `position` events of earlier runs. */
  constructor(trail: Trail, tally: SseTally, position: number) {
    this.#trail = trail;
    this.#tally = tally;
    tally.handedOver = position;
    tally.acknowledged = position;
    tally.freeUntil = 0;
    this.#before = trail.footprint;
    this.#first = position + 1;
  }

  /** Events that were handed over. */
  get handedOver(): number {
    return this.#tally.handedOver;
  }

  /** Events that are acknowledged, without a gap. */
  get acknowledged(): number {
    return this.#tally.acknowledged;
  }

  /** The state after the last acknowledged event. */
  get footprint(): Footprint {
    return this.footprintAt(this.#tally.acknowledged);
  }

  get hasCheckpoints(): boolean {
    return this.#checkpoints !== undefined;
  }

  /** The position of the last event that is dealt with, handed over or not. */
  get counted(): number {
    return this.#checkpoints === undefined ? this.#first + this.#run.length - 1 : this.#tally.handedOver;
  }

  /** The state after an event that is not acknowledged yet, or after the last one that is. */
  footprintAt(position: number): Footprint {
    const id = this.#run[position - this.#first];
    return id === undefined ? this.#before : { id, hashes: NO_HASHES, length: 0 };
  }

  /** Those of the events that are not acknowledged. From the first call on, each event has one. */
  checkpoints(): HandedOver {
    if (this.#checkpoints !== undefined) return this.#checkpoints;
    const { acknowledged, handedOver } = this.#tally;
    const checkpoints = new HandedOver();
    for (let position = acknowledged + 1; position <= handedOver; position += 1) {
      checkpoints.add(checkpointAt(position, this.footprintAt(position)));
    }
    this.#trail.moveTo(this.footprintAt(handedOver));
    this.#before = this.footprint;
    this.#run = [];
    this.#tally.freeUntil = 0;
    this.#checkpoints = checkpoints;
    return checkpoints;
  }

  /** Brings the trail to where the consumer is. */
  settleTrail(): void {
    if (this.#checkpoints === undefined) this.#trail.moveTo(this.footprintAt(this.#tally.handedOver));
  }

  /** An event is handed over. `token`, `hash`: what its checkpoint needs. */
  add(event: SseEvent, token?: unknown, hash = ""): void {
    if (this.#checkpoints === undefined) {
      if (this.counted === this.#tally.handedOver) this.count([event], 0, 1);
      if (this.counted > this.#tally.handedOver) {
        this.#tally.handedOver += 1;
        return;
      }
    }
    const checkpoints = this.checkpoints();
    const position = this.#tally.handedOver + 1;
    this.#tally.handedOver = position;
    event.position = position;
    this.#trail.add(event);
    checkpoints.add({ position, footprint: this.#trail.footprint, token, hash, acknowledged: false });
  }

  /** Counts events that come next, up to the first one without an id of its own, where all before them are handed over. */
  count(events: readonly SseEvent[], from: number, to: number): void {
    if (this.#checkpoints !== undefined || this.counted > this.#tally.handedOver) return;
    this.#forgetAcknowledged();
    let position = this.#tally.handedOver;
    let id = this.#run.at(-1) ?? this.#before.id;
    for (let index = from; index < to; index += 1) {
      const event = events[index] as SseEvent;
      if (event.id === id && id !== "") return;
      ({ id } = event);
      // An engine takes an array that began empty for one of numbers first, and compiles this again for texts.
      if (this.#run.length === 0) this.#run = [id];
      else this.#run.push(id);
      position += 1;
      event.position = position;
    }
  }

  /** Acknowledges all that was handed over, where there are no checkpoints. Returns how many events are acknowledged. */
  acknowledgeAll(): number {
    const { handedOver } = this.#tally;
    this.#tally.acknowledged = handedOver;
    // An idle connection holds no memory.
    if (handedOver === this.counted) this.#forgetAcknowledged();
    return handedOver;
  }

  /** Acknowledges up to a checkpoint. */
  acknowledge({ position, footprint }: Checkpoint): void {
    this.#tally.acknowledged = position;
    this.#before = footprint;
  }

  #forgetAcknowledged(): void {
    const { acknowledged } = this.#tally;
    if (acknowledged < this.#first) return;
    this.#before = this.footprint;
    this.#run = this.#run.slice(acknowledged - this.#first + 1);
    this.#first = acknowledged + 1;
  }
}
