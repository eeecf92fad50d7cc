import { LONGEST_TIMER, retryDefaults, SHORTEST_FAILURE_WAIT, SHORTEST_WAIT } from "./defaults.js";
import { atLeastRetryAfter } from "./retry-after.js";
import type { RetryContext, RetryPolicy } from "./retry-policy.js";
import { checkFunction, checkNames, checkNumber } from "./validate.js";

/** Options of an {@link ExponentialBackoff}. Each may be `undefined` and then means its default. */
export interface ExponentialBackoffOptions {
  /**
   * The wait in milliseconds where the server named none with `retry`.
   *
   * @defaultValue 1000
   */
  readonly initialDelay?: number | undefined;
  /**
   * The longest wait in milliseconds. Only `Retry-After` may exceed it.
   *
   * @defaultValue 60_000
   */
  readonly maxDelay?: number | undefined;
  /**
   * What each further failure in a row multiplies the wait by; at least 1.
   *
   * @defaultValue 2
   */
  readonly factor?: number | undefined;
  /**
   * The largest share by which chance lengthens a wait, from 0 to 1. It never shortens one.
   *
   * @defaultValue 0.1
   */
  readonly jitter?: number | undefined;
  /**
   * How many reconnects may fail in a row.
   *
   * @defaultValue Infinity
   */
  readonly maxAttempts?: number | undefined;
  /**
   * Gives numbers from 0 up to 1.
   *
   * @defaultValue Math.random
   */
  readonly random?: (() => number) | undefined;
}

/**
 * Waits that grow while nothing is delivered, and start anew once something was.
 *
 * With b the server's last `retry`, else `initialDelay`: after an attempt that delivered an event, max(20 ms, b);
 * after the k-th in a row that did not, max(b, min(500 ms, `initialDelay`)) x `factor`^(k-1).
 */
export class ExponentialBackoff implements RetryPolicy {
  /** The wait where the server named none with `retry`, in milliseconds. */
  readonly initialDelay: number;
  /** The longest wait, `Retry-After` apart, in milliseconds. */
  readonly maxDelay: number;
  /** What each further failure in a row multiplies the wait by. */
  readonly factor: number;
  /** The largest share by which chance lengthens a wait, from 0 to 1. */
  readonly jitter: number;
  /** How many reconnects may fail in a row. */
  readonly maxAttempts: number;
  readonly #random: () => number;

  /** @throws RangeError or TypeError naming the option, its value and what it takes */
  constructor(options: ExponentialBackoffOptions = {}) {
    checkNames(options, ["initialDelay", "maxDelay", "factor", "jitter", "maxAttempts", "random"]);
    this.initialDelay = options.initialDelay ?? retryDefaults.initialDelay;
    this.maxDelay = options.maxDelay ?? retryDefaults.maxDelay;
    this.factor = options.factor ?? retryDefaults.factor;
    this.jitter = options.jitter ?? retryDefaults.jitter;
    this.maxAttempts = options.maxAttempts ?? retryDefaults.maxAttempts;
    this.#random = options.random ?? Math.random;
    checkNumber("initialDelay", this.initialDelay, 0, LONGEST_TIMER, "milliseconds from 0 to 2147483647");
    checkNumber("maxDelay", this.maxDelay, 0, LONGEST_TIMER, "milliseconds from 0 to 2147483647");
    checkNumber("factor", this.factor, 1, Number.MAX_VALUE, "a finite number from 1");
    checkNumber("jitter", this.jitter, 0, 1, "a number from 0 to 1");
    checkNumber("maxAttempts", this.maxAttempts, 0, Infinity, "a whole number from 0, or Infinity", "whole");
    checkFunction("random", this.#random);
    Object.freeze(this);
  }

  /** The milliseconds to wait, or `false` when `attempt` is over `maxAttempts`. */
  delay(attempt: number, context: RetryContext): number | false {
    if (attempt > this.maxAttempts) return false;
    const spread = 1 + this.jitter * this.#random();
    const wait = Math.min(this.#wait(attempt, context.retry ?? this.initialDelay) * spread, this.maxDelay);
    return atLeastRetryAfter(wait, context.retryAfter, spread);
  }

  #wait(attempt: number, base: number): number {
    if (attempt < 1) return Math.max(SHORTEST_WAIT, base);
    const first = Math.max(base, Math.min(SHORTEST_FAILURE_WAIT, this.initialDelay));
    // 0 x Infinity would be NaN: a power too large to be a number is as good as the largest one.
    return first * Math.min(this.factor ** (attempt - 1), Number.MAX_VALUE);
  }
}
