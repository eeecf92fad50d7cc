import type { SseEvent } from "../../sse/index.js";
import { HandedOver } from "./handed-over.js";
import { type Footprint, Trail } from "./trail.js";

/** The events that the consumer has: one, or a batch. They are kept as they are, so that an event costs no object more. */
export class InHand {
  #first: SseEvent | undefined;
  /** The rest of a batch. */
  #more: SseEvent[] | undefined;

  add(event: SseEvent): void {
    if (this.#first === undefined) this.#first = event;
    else (this.#more ??= []).push(event);
  }

  clear(): void {
    this.#first = undefined;
    this.#more = undefined;
  }

  /** A checkpoint for each, after the event at `position` with the footprint `before`. None is left here. */
  checkpoints(position: number, before: Footprint): HandedOver {
    const handedOver = new HandedOver();
    const trail = new Trail(before.id, before.hashes.slice(0, before.length));
    const events = this.#first === undefined ? [] : [this.#first, ...(this.#more ?? [])];
    for (const [index, event] of events.entries()) {
      trail.add(event);
      const { footprint } = trail;
      handedOver.add({ position: position + index + 1, footprint, token: undefined, hash: "", acknowledged: false });
    }
    this.clear();
    return handedOver;
  }
}
