import type { SseStats } from "hpx-transport/sse";
import type { Colors } from "../colors.js";
import { Rate } from "../rate.js";
import { columnsOf, cut, errorLine, printable } from "../text.js";
import { count, formatBytes, formatMilliseconds } from "../units.js";
import type { AnyState } from "./view.js";

/** A longer id is cut; it is a server's to choose. */
const LONGEST_ID = 100;

/** How far a stream has come. */
export class Progress {
  readonly rate: Rate = new Rate();
  /** What is counted, in the singular. */
  readonly unit: string;
  readonly #start = performance.now();
  #state: AnyState = { status: "disconnected" };
  #stateSince = this.#start;
  #events = 0;
  #lastEventId = "";
  #stats: () => Pick<SseStats, "bytes" | "reconnects"> = () => ({ bytes: 0, reconnects: 0 });

  constructor(unit = "event") {
    this.unit = unit;
  }

  /** Takes bytes and reconnects from `stats` from now on. */
  countWith(stats: () => Pick<SseStats, "bytes" | "reconnects">): void {
    this.#stats = stats;
  }

  /**
   * Counts events that were shown; `lastId` is the id of the last one. Events that arrived and were not shown change
   * nothing: a client that resumed after them would miss them.
   */
  add(events: number, lastId: string = this.#lastEventId): void {
    this.#events += events;
    this.#lastEventId = lastId;
    this.rate.count(performance.now(), events);
  }

  changeState(state: AnyState): void {
    this.#state = state;
    this.#stateSince = performance.now();
  }

  get state(): AnyState {
    return this.#state;
  }

  /** In milliseconds. */
  get inState(): number {
    return performance.now() - this.#stateSince;
  }

  /** Since the beginning, in milliseconds. */
  get age(): number {
    return performance.now() - this.#start;
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
      count(this.#events, this.unit),
      formatBytes(bytes),
      ...(reconnects === 0 ? [] : [count(reconnects, "reconnect")]),
      ...(id === "" ? [] : [`last id ${cut(printable(id), LONGEST_ID)}`]),
    ];
  }

  /** The counts when it is over. */
  summary(): string {
    const [events, bytes, ...rest] = this.counts();
    return [`${events}`, `${bytes} in ${formatMilliseconds(this.age)}`, ...rest].join(", ");
  }
}

/** The line below the events: the state, events a second, the counts, what went wrong; in at most `columns`. */
export function statusLine(progress: Progress, columns: number, colors: Colors): string {
  const { state } = progress;
  const paint = { connected: colors.green, closed: colors.dim }[state.status as string] ?? colors.yellow;
  const head = cut(`● ${stateText(progress)}`, columns);
  const why = state.status === "reconnecting" && state.error !== undefined ? [errorLine(state.error)] : [];
  const rest = [`${progress.rate.perSecond(performance.now())} ${progress.unit}s/s`, ...progress.counts(), ...why];
  return paint(head) + colors.dim(cut(printable(` · ${rest.join(" · ")}`), columns - columnsOf(head)));
}

/** The state, with the rest of a wait. */
function stateText({ state, inState }: Progress): string {
  if (state.status !== "reconnecting") return state.status;
  return `reconnecting in ${formatMilliseconds(Math.max(0, state.delay - inState))}`;
}
