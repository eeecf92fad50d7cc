import type { SseConnectionState, SseStats } from "hpx-transport/sse";
import { Rate } from "../rate.js";
import { cut, printable } from "../text.js";
import { count, formatBytes, formatMilliseconds } from "../units.js";

/** A longer id is cut; it is a server's to choose. */
const LONGEST_ID = 100;

/** How far a stream has come. */
export class Progress {
  readonly rate: Rate = new Rate();
  readonly #start = performance.now();
  #state: SseConnectionState = { status: "disconnected" };
  #stateSince = this.#start;
  #events = 0;
  #lastEventId = "";
  #stats: () => Pick<SseStats, "bytes" | "reconnects"> = () => ({ bytes: 0, reconnects: 0 });

  /** Takes bytes and reconnects from `stats` from now on. */
  countWith(stats: () => Pick<SseStats, "bytes" | "reconnects">): void {
    this.#stats = stats;
  }

  /** Counts events that were shown, the last one with this id. */
  add(events: number, lastEventId: string): void {
    this.#events += events;
    this.#lastEventId = lastEventId;
    this.rate.count(performance.now(), events);
  }

  changeState(state: SseConnectionState): void {
    this.#state = state;
    this.#stateSince = performance.now();
  }

  get state(): SseConnectionState {
    return this.#state;
  }

  /** In milliseconds. */
  get inState(): number {
    return performance.now() - this.#stateSince;
  }

  get events(): number {
    return this.#events;
  }

  get reconnects(): number {
    return this.#stats().reconnects;
  }

  /** The counts, one by one, as a person reads them. */
  counts(): string[] {
    const { bytes, reconnects } = this.#stats();
    const id = this.#lastEventId;
    return [
      count(this.#events, "event"),
      formatBytes(bytes),
      ...(reconnects === 0 ? [] : [count(reconnects, "reconnect")]),
      ...(id === "" ? [] : [`last id ${cut(printable(id), LONGEST_ID)}`]),
    ];
  }

  /** The counts when it is over. */
  summary(): string {
    const [events, bytes, ...rest] = this.counts();
    return [`${events}`, `${bytes} in ${formatMilliseconds(performance.now() - this.#start)}`, ...rest].join(", ");
  }
}
