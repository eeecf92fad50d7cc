import type { Rng } from "../rng.js";
import type { Kind } from "./kinds.js";

/** An event that a source has sent, or would have sent. */
export interface Sent {
  /** On the wire; `undefined`: the event has no id of its own. */
  readonly ownId: string | undefined;
  /** The last event ID as of this event. */
  readonly id: string;
  readonly event: string;
  readonly data: string;
  /** Rises where the ids begin anew. */
  readonly epoch: number;
  /** By `Date.now()`. */
  readonly at: number;
}

/** A request, and with which event its answer begins. Events between the two were not to be had. */
export interface Connect {
  /** The index of the event that the request named; -1: none, or one that the source does not know. */
  readonly asked: number;
  /** The index of the first event of the answer. */
  readonly start: number;
  /** By `Date.now()`. */
  readonly at: number;
}

const FILLERS = ["tick", "é", "日本語", "🙂", " leading", "a:b", "two\nlines", "\ttab"] as const;
/** Data that many events have: nothing tells them apart but their place. */
const TWIN = "the same again";

/** One source: all that it ever published, and what it still has. */
export class Source {
  readonly name: string;
  readonly kind: Kind;
  /** Events a second, on average. */
  readonly rate: number;
  /** All events, also those that it has forgotten. */
  readonly events: Sent[] = [];
  /** Every request that was answered with events. */
  readonly connects: Connect[] = [];
  /** Called after an event was published. */
  onPublish: () => void = () => {};
  readonly #rng: Rng;
  readonly #places = new Map<string, number>();
  /** The index of the oldest event that it still has. */
  #floor = 0;
  #epoch = 0;
  /** Events of the epoch, and how many more get the last id. */
  #inEpoch = 0;
  #sharing = 0;

  constructor(name: string, kind: Kind, rate: number, rng: Rng) {
    this.name = name;
    this.kind = kind;
    this.rate = rate;
    this.#rng = rng;
  }

  publish(): void {
    const { kind, events } = this;
    const ownId = this.#nextId();
    const n = events.length;
    const rng = this.#rng;
    const filler = FILLERS[rng.between(0, FILLERS.length - 1)] as string;
    const times = rng.oneIn(60) ? rng.between(500, 3000) : rng.between(1, 8);
    const data = kind.isDistinct !== true && rng.oneIn(6) ? TWIN : `${this.name} ${n} ${filler.repeat(times)}`;
    const id = kind.ids === "none" ? "" : (ownId ?? events.at(-1)?.id ?? kind.first);
    if (ownId !== undefined && !this.#places.has(ownId)) this.#places.set(ownId, n);
    events.push({ ownId, id, event: rng.oneIn(3) ? "trade" : "message", data, epoch: this.#epoch, at: Date.now() });
    this.onPublish();
  }

  /** Where an answer begins to a request with this `Last-Event-ID`. */
  connect(lastEventId: string): Connect {
    const connect = { ...this.#place(lastEventId), at: Date.now() };
    this.connects.push(connect);
    return connect;
  }

  /** Whether the source has the event with this id. */
  has(id: string): boolean {
    return (this.#places.get(id) ?? -1) >= this.#floor;
  }

  /** Keeps only the last `count` events. */
  forget(count: number): void {
    this.#floor = Math.max(this.#floor, this.events.length - count);
  }

  /** Forgets everything, and begins its ids anew. */
  reset(): void {
    this.forget(0);
    this.#epoch += 1;
    this.#inEpoch = 0;
    this.#places.clear();
  }

  #nextId(): string | undefined {
    const { kind } = this;
    if (kind.ids === "none") return undefined;
    if (kind.ids === "some" && this.#inEpoch > 0 && !this.#rng.oneIn(4)) return undefined;
    if (kind.ids === "shared" && this.#sharing > 0) {
      this.#sharing -= 1;
      return this.events.at(-1)?.ownId;
    }
    this.#sharing = this.#rng.between(0, 3);
    this.#inEpoch += 1;
    return kind.idOf(this.#inEpoch - 1, this.#epoch);
  }

  #place(lastEventId: string): Omit<Connect, "at"> {
    const { length } = this.events;
    const { resume, window = length } = this.kind;
    const known = this.#places.get(lastEventId);
    switch (resume) {
      case "live":
        return { asked: -1, start: length };
      case "replay":
        return { asked: -1, start: Math.max(this.#floor, length - window) };
      case "earlier":
        return { asked: known ?? -1, start: Math.max(0, (known ?? -1) + 1 - this.#rng.between(0, 5)) };
      case "after":
        return { asked: known ?? -1, start: Math.max(this.#floor, (known ?? -1) + 1) };
    }
  }
}
