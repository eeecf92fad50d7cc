import type { Footprint } from "./trail.js";

/** The state of the cursor at one event: what its acknowledgement makes the record. */
export interface Checkpoint {
  /** The event's number over all runs. */
  readonly position: number;
  /** The id to resume after, and the events after it without an id of their own. */
  readonly footprint: Footprint;
  /** What the continuity check needs. */
  readonly token: unknown;
  /** What the remembered events need; `""` where none are. */
  readonly hash: string;
  acknowledged: boolean;
}

/** The checkpoint of an event that neither a check nor the remembered events need. */
export function checkpointAt(position: number, footprint: Footprint): Checkpoint {
  return { position, footprint, token: undefined, hash: "", acknowledged: false };
}

/** The events that were handed to the consumer and are not acknowledged, in their order: their positions have no gap. */
export class HandedOver {
  #checkpoints: Checkpoint[] = [];
  /** The first of `#checkpoints` that counts: an array is not shifted for each event. */
  #first = 0;

  get size(): number {
    return this.#checkpoints.length - this.#first;
  }

  add(checkpoint: Checkpoint): void {
    this.#checkpoints.push(checkpoint);
  }

  /** All of them, oldest first, and none is left. */
  takeAll(): Checkpoint[] {
    const all = this.#first === 0 ? this.#checkpoints : this.#checkpoints.slice(this.#first);
    this.#checkpoints = [];
    this.#first = 0;
    return all;
  }

  /** The checkpoint of a position; `undefined` for one that is not here. */
  at(position: number): Checkpoint | undefined {
    const first = this.#checkpoints[this.#first];
    return first === undefined || position < first.position
      ? undefined
      : this.#checkpoints[this.#first + position - first.position];
  }

  /** Those up to a position, oldest first; they stay. */
  upTo(position: number): readonly Checkpoint[] {
    const first = this.#checkpoints[this.#first]?.position ?? 0;
    return this.#checkpoints.slice(this.#first, this.#first + Math.max(0, position - first + 1));
  }

  /** The acknowledged ones at the beginning, which leave. */
  takeAcknowledged(): Checkpoint[] {
    const taken: Checkpoint[] = [];
    while (this.#checkpoints[this.#first]?.acknowledged === true) {
      taken.push(this.#checkpoints[this.#first] as Checkpoint);
      this.#first += 1;
    }
    if (this.#first > 1024 && this.#first * 2 > this.#checkpoints.length) {
      this.#checkpoints = this.#checkpoints.slice(this.#first);
      this.#first = 0;
    }
    return taken;
  }
}
