import type { Hooks } from "../protocol/hooks.js";
import type { WsGap, WsMessage } from "../protocol/message.js";
import type { WsCounters } from "../stats.js";
import { Handover, type HandoverSide } from "./handover.js";
import type { Inbox } from "./inbox.js";
import type { Registry } from "./registry.js";
import { Sequences } from "./sequences.js";

/** A message on its way to the subscriptions of its topic. */
export interface Update {
  readonly topic: string;
  readonly message: WsMessage;
  /** Gets the buffers that have to be woken at the end of the turn. */
  readonly touched: Inbox[];
  /** Subscribes to the topic anew, such as for a snapshot. */
  readonly refresh: (topic: string) => void;
}

/** Delivers updates by topic, and finds what is missing and what comes twice. */
export class Feed {
  readonly sequences: Sequences = new Sequences();
  readonly #hooks: Hooks;
  readonly #registry: Registry;
  readonly #counters: WsCounters;
  /** Topics whose socket was lost, with what is known of the gap, until their next message. */
  readonly #seams = new Map<string, WsGap["reason"]>();
  /** Topics that two sockets deliver, while one replaces the other. */
  #handover: Handover | undefined;
  /** Topics that have changed over to a socket that may still repeat what the other one delivered. */
  readonly #overlaps = new Set<string>();
  #onHandoverDone: () => void = () => {};

  constructor(parts: { hooks: Hooks; registry: Registry; counters: WsCounters }) {
    this.#hooks = parts.hooks;
    this.#registry = parts.registry;
    this.#counters = parts.counters;
  }

  /** The socket that delivered `topics` is gone: what comes next has a gap before it. */
  interrupt(topics: Iterable<string>, reason: "reconnect" | "renewal"): void {
    for (const topic of topics) this.#seams.set(topic, reason);
  }

  /** Topics whose socket was lost, and whose next message has not come. */
  get interrupted(): ReadonlySet<string> {
    return new Set(this.#seams.keys());
  }

  /** The topic was subscribed to after its last message: nothing is missing. */
  resumed(topic: string): void {
    // A server that replays may begin with what is known; that is dropped, as at any seam.
    if (this.#hooks.handler.sequence === undefined) this.#seams.delete(topic);
  }

  /** The topic is not wanted any more. */
  forget(topic: string): void {
    this.#seams.delete(topic);
    this.#overlaps.delete(topic);
    this.sequences.forget(topic);
  }

  /** Two sockets deliver `topics` from now on. `onDone` is called when the newer one delivers them all. */
  beginHandover(newer: HandoverSide, topics: readonly string[], onDone: () => void): void {
    this.#handover = new Handover(newer, topics, this.sequences);
    for (const topic of topics) this.#overlaps.add(topic);
    this.#onHandoverDone = onDone;
    if (this.#handover.isDone) onDone();
  }

  /** The newer socket delivers alone from now on, whatever it has. */
  endHandover(): void {
    const handover = this.#handover;
    this.#handover = undefined;
    const touched: Inbox[] = [];
    for (const update of handover?.finish() ?? []) this.#deliverByNumber({ ...update, touched });
    for (const inbox of touched) inbox.endTurn();
  }

  /** Delivers an update that `side` received. Returns whether the topic has a subscription. */
  deliver(side: HandoverSide, update: Update): boolean {
    if (!this.#registry.wants(update.topic)) return false;
    if (this.#hooks.handler.sequence === undefined) this.#deliverUnnumbered(update);
    else if (this.#handover?.covers(update.topic) === true) this.#deliverInHandover(this.#handover, side, update);
    else this.#deliverByNumber(update);
    return true;
  }

  #deliverInHandover(handover: Handover, side: HandoverSide, update: Update): void {
    const { topic, touched } = update;
    const sequence = this.#hooks.sequence(update.message);
    for (const each of handover.take(side, update, sequence)) this.#deliverByNumber({ ...each, touched });
    for (const each of handover.release(topic)) this.#deliverByNumber({ ...each, touched });
    // A hook may have ended it.
    if (handover.isDone && this.#handover === handover) this.#onHandoverDone();
  }

  #deliverByNumber(update: Update): void {
    const { topic, message } = update;
    const sequence = this.#hooks.sequence(message);
    if (sequence === undefined) return this.#deliverUnnumbered(update);
    const standing = this.sequences.standing(sequence);
    const seam = this.#seams.get(topic);
    if (standing.kind === "old" && (seam !== undefined || this.#overlaps.has(topic))) {
      this.#counters.duplicates += 1;
      return;
    }
    this.sequences.advance(topic, sequence);
    this.#seams.delete(topic);
    if (this.#handover === undefined) this.#overlaps.delete(topic);
    if (standing.kind === "next") return this.#push(update, undefined);
    if (standing.kind === "jump") {
      this.#counters.lost += standing.missing === "unknown" ? 1 : standing.missing;
      this.#push(update, { topic, reason: seam ?? "sequence", missing: standing.missing });
    } else if (seam !== undefined) this.#push(update, { topic, reason: seam, missing: "unknown" });
    else if (standing.kind === "old") this.#push(update, { topic, reason: "sequence", missing: "unknown" });
    else this.#push(update, undefined);
  }

  #deliverUnnumbered(update: Update): void {
    const { topic } = update;
    const seam = this.#seams.get(topic);
    if (seam === undefined) return this.#push(update, undefined);
    this.#seams.delete(topic);
    this.#push(update, { topic, reason: seam, missing: "unknown" });
  }

  #push({ topic, message, touched, refresh }: Update, gap: WsGap | undefined): void {
    if (gap !== undefined) message.gap = gap;
    this.#registry.deliver(topic, message, touched);
    if (gap !== undefined && this.#hooks.gap(gap)) refresh(topic);
  }
}
