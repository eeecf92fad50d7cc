import type { SseEvent } from "../../sse/index.js";
import { Batch } from "./batch.js";
import { type Checkpoint, checkpointAt, HandedOver } from "./handed-over.js";
import type { Footprint, Trail } from "./trail.js";

/**
 * Where the consumer stands: how many events it has got, and how many of them are acknowledged.
 *
 * Where asking acknowledges everything that was handed over, the trail's states after the newest event and before it are all there
 * is to keep, and an event costs no object. A checkpoint for each event is made only where one of many may be acknowledged.
 */
export class Progress {
  readonly trail: Trail;
  #handedOver: number;
  #acknowledged: number;
  /** What the consumer has, where that is more than one event. */
  #batch: Batch | undefined;
  #checkpoints: HandedOver | undefined;
  /** The state after the last acknowledged event, where there are checkpoints. */
  #footprint: Footprint;

  /** After `position` events of earlier runs. */
  constructor(trail: Trail, position: number, { withCheckpoints }: { withCheckpoints: boolean }) {
    this.trail = trail;
    this.#handedOver = position;
    this.#acknowledged = position;
    this.#footprint = trail.footprint;
    if (withCheckpoints) this.#checkpoints = new HandedOver();
  }

  /** Events that were handed over. */
  get handedOver(): number {
    return this.#handedOver;
  }

  /** Events that are acknowledged, without a gap. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** The state after the last acknowledged event. */
  get footprint(): Footprint {
    if (this.#checkpoints !== undefined) return this.#footprint;
    if (this.#batch !== undefined) return this.#batch.before;
    return this.#acknowledged === this.#handedOver ? this.trail.footprint : this.trail.footprintBefore;
  }

  get hasCheckpoints(): boolean {
    return this.#checkpoints !== undefined;
  }

  /** Those of the events that are not acknowledged. From the first call on, each event has one. */
  checkpoints(): HandedOver {
    if (this.#checkpoints === undefined) {
      this.#footprint = this.footprint;
      this.#checkpoints = this.#checkpointsInHand();
      this.#batch = undefined;
    }
    return this.#checkpoints;
  }

  /** Counts an event that is handed over, and gives it its position. `token`, `hash`: what its checkpoint needs. */
  add(event: SseEvent, token?: unknown, hash = ""): void {
    const position = this.#handedOver + 1;
    if (position - this.#acknowledged > 1 && this.#checkpoints === undefined) this.#addToBatch(event);
    this.#handedOver = position;
    event.position = position;
    this.trail.add(event);
    this.#checkpoints?.add({ position, footprint: this.trail.footprint, token, hash, acknowledged: false });
  }

  /** Acknowledges all that was handed over, where there are no checkpoints. Returns how many events are acknowledged. */
  acknowledgeAll(): number {
    this.#batch = undefined;
    this.#acknowledged = this.#handedOver;
    return this.#acknowledged;
  }

  /** Acknowledges up to a checkpoint. */
  acknowledge({ position, footprint }: Checkpoint): void {
    this.#acknowledged = position;
    this.#footprint = footprint;
  }

  #addToBatch(event: SseEvent): void {
    this.#batch ??= new Batch(this.trail.footprintBefore, this.trail.footprint);
    this.#batch.add(event);
  }

  #checkpointsInHand(): HandedOver {
    if (this.#batch !== undefined) return this.#batch.checkpoints(this.#acknowledged);
    const inHand = new HandedOver();
    if (this.#acknowledged < this.#handedOver) inHand.add(checkpointAt(this.#handedOver, this.trail.footprint));
    return inHand;
  }
}
