import { SETTINGS } from "./settings.js";

/** A connect as the proxy saw it. */
export interface Connect {
  /** In milliseconds. */
  readonly at: number;
  /** It cannot have delivered an event: it was ended at the door, or by an answer without one. */
  readonly barren: boolean;
  /** This process was late itself, so that `at` may be too large. */
  readonly late: boolean;
}

/** The least wait after an attempt that delivered an event, whatever the server's `retry` says. */
const SHORTEST_WAIT = 20;
/** How long a request takes from its connect to the server, in milliseconds. */
const LONGEST_REQUEST = 60;
/** Timers may be a millisecond early, and clocks are read twice. */
const TOLERANCE = 2;
/** The consumer's clock against this one's, and the time that a call takes to its connect. */
const CLOCK_SLACK = 50;

/**
 * The rule of the waits, seen from the network: after an attempt that may have delivered an event at least 20 ms,
 * after the k-th in a row that cannot have, at least `initialDelay` x 2^(k-1) up to `maxDelay`. A wait that
 * `reconnect()` cut short is not judged, nor one that this process saw too late.
 */
export class ConnectPace {
  #connects: Connect[] = [];
  #requests: number[] = [];
  #barrenInARow = 0;
  #lastSecond: readonly number[] = [];
  #busiestSecond = 0;

  /** The most connects in any second so far. */
  get busiestSecond(): number {
    return this.#busiestSecond;
  }

  connected(connect: Connect): void {
    this.#connects.push(connect);
    this.#lastSecond = [...this.#lastSecond.filter((at) => at > connect.at - 1000), connect.at];
    this.#busiestSecond = Math.max(this.#busiestSecond, this.#lastSecond.length);
  }

  /** The connection that came last cannot have delivered an event either, as its answer shows. */
  answeredBarren(at: number): void {
    const last = this.#connects.at(-1);
    // A request that took longer may be that of an earlier connection, which was given up.
    if (last !== undefined && at - last.at < LONGEST_REQUEST) this.#connects.splice(-1, 1, { ...last, barren: true });
  }

  /** The consumer called `reconnect()` at that time. */
  requested(at: number): void {
    this.#requests.push(at);
  }

  /** What broke the rule up to a time for which all requests are known; each pair of connects is judged once. */
  violations(until: number): string[] {
    const found: string[] = [];
    for (;;) {
      const [previous, next] = this.#connects;
      if (previous === undefined || next === undefined || next.at >= until) return found;
      const least = this.#leastWait(previous, next);
      const gap = next.at - previous.at;
      if (gap < least - TOLERANCE) found.push(`a connect came ${gap.toFixed(1)} ms after the last, not ${least}`);
      this.#connects.shift();
    }
  }

  #leastWait(previous: Connect, next: Connect): number {
    this.#requests = this.#requests.filter((at) => at >= previous.at - CLOCK_SLACK);
    if (previous.late || next.late || this.#requests.some((at) => at <= next.at + CLOCK_SLACK)) {
      this.#barrenInARow = 0;
      return 0;
    }
    this.#barrenInARow = previous.barren ? this.#barrenInARow + 1 : 0;
    if (previous.barren) return Math.min(SETTINGS.initialDelay * 2 ** (this.#barrenInARow - 1), SETTINGS.maxDelay);
    return SHORTEST_WAIT;
  }
}
