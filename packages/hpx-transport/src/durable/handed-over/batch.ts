import type { SseEvent } from "../../sse/index.js";
import { checkpointAt, HandedOver } from "./handed-over.js";
import { type Footprint, Trail } from "./trail.js";

/** Several events that the consumer has at once. They are kept as they are, so that an event costs no object more. */
export class Batch {
  /** The state before the first of them. */
  readonly before: Footprint;
  readonly #first: Footprint;
  readonly #more: SseEvent[] = [];

  /** `before`, `first`: the states before and after the first event. */
  constructor(before: Footprint, first: Footprint) {
    this.before = before;
    this.#first = first;
  }

  /** Adds the second event, or a later one. */
  add(event: SseEvent): void {
    this.#more.push(event);
  }

  /** A checkpoint for each; `position` is that of the event before the first. */
  checkpoints(position: number): HandedOver {
    const handedOver = new HandedOver();
    const { id, hashes, length } = this.#first;
    const trail = new Trail(id, hashes.slice(0, length));
    handedOver.add(checkpointAt(position + 1, this.#first));
    for (const [index, event] of this.#more.entries()) {
      trail.add(event);
      handedOver.add(checkpointAt(position + index + 2, trail.footprint));
    }
    return handedOver;
  }
}
