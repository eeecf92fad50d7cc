import type { Hooks } from "../protocol/hooks.js";
import type { WsGap, WsMessage } from "../protocol/message.js";
import type { WsCounters } from "../stats.js";
import { Handover } from "./handover.js";
import type { Registry } from "./registry.js";
import { Sequences } from "./sequences.js";
import { Turn } from "./turn.js";

/** A socket that delivers updates. */
export interface UpdateSource {
  /** Subscribes to the topic anew, such as for a snapshot. */
  refresh(topic: string): void;
}

/** A message on its way to the subscriptions of its topic. */
export interface Update {
  readonly source: UpdateSource;
  readonly topic: string;
  readonly message: WsMessage;
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
  beginHandover(newer: UpdateSource, topics: readonly string[], onDone: () => void): void {
    this.#handover = new Handover(newer, topics, this.sequences);
    for (const topic of topics) this.#overlaps.add(topic);
    this.#onHandoverDone = onDone;
    if (this.#handover.isDone) onDone();
  }

  /** The newer socket delivers alone from now on, whatever it has. */
  endHandover(): void {
    const handover = this.#handover;
    this.#handover = undefined;
    const turn = new Turn();
    for (const update of handover?.finish() ?? []) this.#deliverByNumber(update, turn);
    turn.end();
  }

  /** Delivers an update that `source` received in `turn`. Returns whether the topic has a subscription. */
  deliver(source: UpdateSource, topic: string, message: WsMessage, turn: Turn): boolean {
    if (!this.#registry.wants(topic)) return false;
    if (this.#hooks.handler.sequence === undefined && this.#seams.size === 0) {
      this.#registry.deliver(topic, message, turn);
      return true;
    }
    const update: Update = { source, topic, message };
    if (this.#hooks.handler.sequence === undefined) this.#deliverUnnumbered(update, turn);
    else if (this.#handover?.covers(topic) === true) this.#deliverInHandover(this.#handover, update, turn);
    else this.#deliverByNumber(update, turn);
    return true;
  }

  #deliverInHandover(handover: Handover, update: Update, turn: Turn): void {
    const sequence = this.#hooks.sequence(update.message);
    for (const each of handover.take(update, sequence)) this.#deliverByNumber(each, turn);
    for (const each of handover.release(update.topic)) this.#deliverByNumber(each, turn);
    // A hook may have ended it.
    if (handover.isDone && this.#handover === handover) this.#onHandoverDone();
  }

  #deliverByNumber(update: Update, turn: Turn): void {
    const { topic, message } = update;
    const sequence = this.#hooks.sequence(message);
    if (sequence === undefined) return this.#deliverUnnumbered(update, turn);
    const standing = this.sequences.standing(sequence);
    const seam = this.#seams.get(topic);
    if (standing.kind === "old" && (seam !== undefined || this.#overlaps.has(topic))) {
      this.#counters.duplicates += 1;
      return;
    }
    this.sequences.advance(topic, sequence);
    this.#seams.delete(topic);
    if (this.#handover === undefined) this.#overlaps.delete(topic);
    if (standing.kind === "next") return this.#push(update, turn, undefined);
    if (standing.kind === "jump") {
      this.#counters.lost += standing.missing === "unknown" ? 1 : standing.missing;
      this.#push(update, turn, { topic, reason: seam ?? "sequence", missing: standing.missing });
    } else if (seam !== undefined) this.#push(update, turn, { topic, reason: seam, missing: "unknown" });
    else if (standing.kind === "old") this.#push(update, turn, { topic, reason: "sequence", missing: "unknown" });
    else this.#push(update, turn, undefined);
  }

  #deliverUnnumbered(update: Update, turn: Turn): void {
    const { topic } = update;
    const seam = this.#seams.get(topic);
    if (seam === undefined) return this.#push(update, turn, undefined);
    this.#seams.delete(topic);
    this.#push(update, turn, { topic, reason: seam, missing: "unknown" });
  }

  #push({ source, topic, message }: Update, turn: Turn, gap: WsGap | undefined): void {
    if (gap !== undefined) message.gap = gap;
    this.#registry.deliver(topic, message, turn);
    if (gap !== undefined && this.#hooks.gap(gap)) source.refresh(topic);
  }
}
