import { SETTINGS } from "./settings.js";

/** A connect at the proxy. */
export interface Connect {
  /** In milliseconds. */
  readonly at: number;
  /** The connection cannot have delivered an event: the proxy ended it at once, or the answer had no event. */
  readonly eventless: boolean;
  /** This process was late, so `at` may be too large. */
  readonly late: boolean;
}

/** The least wait after an attempt that delivered an event, whatever the server's `retry` says. */
const SHORTEST_WAIT = 20;
/** How long a request takes from its connect to the server, in milliseconds. */
const LONGEST_REQUEST = 60;
/** For timers that fire a millisecond early, and for two readings of the clock. */
const TOLERANCE = 2;
/** The difference between the clocks of both processes, and the time from a call to its connect. */
const CLOCK_SLACK = 50;

/**
 * Checks the waits between connects: at least 20 ms after an attempt that may have delivered an event;
 * after the k-th attempt in a row without one, at least `initialDelay` x 2^(k-1) up to `maxDelay`. A wait that
 * `reconnect()` cut short is not checked, and neither is one that this process saw too late.
 */
export class ConnectPace {
  #connects: Connect[] = [];
  #requests: number[] = [];
  #eventlessInARow = 0;
  #lastSecond: readonly number[] = [];
  #busiestSecond = 0;

  /** The largest number of connects in any second so far. */
  get busiestSecond(): number {
    return this.#busiestSecond;
  }

  connected(connect: Connect): void {
    this.#connects.push(connect);
    this.#lastSecond = [...this.#lastSecond.filter((at) => at > connect.at - 1000), connect.at];
    this.#busiestSecond = Math.max(this.#busiestSecond, this.#lastSecond.length);
  }

  /** The answer to the newest connection has no event, so that connection cannot have delivered one. */
  answeredEventless(at: number): void {
    const last = this.#connects.at(-1);
    // A request that took longer may be of an earlier connection that the client gave up.
    if (last !== undefined && at - last.at < LONGEST_REQUEST)
      this.#connects.splice(-1, 1, { ...last, eventless: true });
  }

  /** The consumer called `reconnect()` at that time. */
  requested(at: number): void {
    this.#requests.push(at);
  }

  /** The waits that were too short, up to a time for which all requests are known. Each wait is checked once. */
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
      this.#eventlessInARow = 0;
      return 0;
    }
    this.#eventlessInARow = previous.eventless ? this.#eventlessInARow + 1 : 0;
    if (previous.eventless)
      return Math.min(SETTINGS.initialDelay * 2 ** (this.#eventlessInARow - 1), SETTINGS.maxDelay);
    return SHORTEST_WAIT;
  }
}
