import { LONGEST_TIMER, retryDefaults, SHORTEST_FAILURE_WAIT, SHORTEST_WAIT } from "./defaults.js";
import { atLeastRetryAfter } from "./retry-after.js";
import type { RetryContext, RetryPolicy } from "./retry-policy.js";
import { checkFunction, checkNames, checkNumber, checkRate } from "./validate.js";

/** Options of an {@link ExponentialBackoff}. An option that is `undefined` means its default. */
export interface ExponentialBackoffOptions {
  /**
   * The wait in milliseconds while the server has sent no `retry`.
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
   * The factor by which the wait grows with each further failure in a row; at least 1.
   *
   * @defaultValue 2
   */
  readonly factor?: number | undefined;
  /**
   * The largest random share, from 0 to 1, that is added to a wait. Jitter never shortens a wait.
   *
   * @defaultValue 0.1
   */
  readonly jitter?: number | undefined;
  /**
   * The number of reconnects that may fail in a row.
   *
   * @defaultValue Infinity
   */
  readonly maxAttempts?: number | undefined;
  /**
   * The connects that may follow each other without a pause, whatever the waits are; at least 1.
   *
   * @defaultValue 5
   */
  readonly burst?: number | undefined;
  /**
   * The connects a second by which the limit of the rate grows back to `burst`; more than 0.
   *
   * @defaultValue 1
   */
  readonly perSecond?: number | undefined;
  /**
   * Returns numbers from 0 up to 1, without 1.
   *
   * @defaultValue Math.random
   */
  readonly random?: (() => number) | undefined;
}

/**
 * Waits longer after each attempt that delivers no event. An attempt that delivers an event resets the wait.
 *
 * b is the server's last `retry`, else `initialDelay`. After an attempt that delivered an event, the wait is
 * max(20 ms, b). After the k-th attempt in a row that delivered none, it is
 * max(b, min(500 ms, `initialDelay`)) x `factor`^(k-1).
 */
export class ExponentialBackoff implements RetryPolicy {
  /** The wait in milliseconds while the server has sent no `retry`. */
  readonly initialDelay: number;
  /** The longest wait in milliseconds. Only `Retry-After` may exceed it. */
  readonly maxDelay: number;
  /** The factor by which the wait grows with each further failure in a row. */
  readonly factor: number;
  /** The largest random share, from 0 to 1, that is added to a wait. */
  readonly jitter: number;
  /** The number of reconnects that may fail in a row. */
  readonly maxAttempts: number;
  /** The connects that may follow each other without a pause. */
  readonly burst: number;
  /** The connects a second by which the limit of the rate grows back to `burst`. */
  readonly perSecond: number;
  readonly #random: () => number;

  /** @throws RangeError or TypeError that names the option, its value and the valid values */
  constructor(options: ExponentialBackoffOptions = {}) {
    checkNames(options, [
      "initialDelay",
      "maxDelay",
      "factor",
      "jitter",
      "maxAttempts",
      "burst",
      "perSecond",
      "random",
    ]);
    this.initialDelay = options.initialDelay ?? retryDefaults.initialDelay;
    this.maxDelay = options.maxDelay ?? retryDefaults.maxDelay;
    this.factor = options.factor ?? retryDefaults.factor;
    this.jitter = options.jitter ?? retryDefaults.jitter;
    this.maxAttempts = options.maxAttempts ?? retryDefaults.maxAttempts;
    this.burst = options.burst ?? retryDefaults.burst;
    this.perSecond = options.perSecond ?? retryDefaults.perSecond;
    this.#random = options.random ?? Math.random;
    checkNumber("initialDelay", this.initialDelay, 0, LONGEST_TIMER, "milliseconds from 0 to 2147483647");
    checkNumber("maxDelay", this.maxDelay, 0, LONGEST_TIMER, "milliseconds from 0 to 2147483647");
    checkNumber("factor", this.factor, 1, Number.MAX_VALUE, "a finite number from 1");
    checkNumber("jitter", this.jitter, 0, 1, "a number from 0 to 1");
    checkNumber("maxAttempts", this.maxAttempts, 0, Infinity, "a whole number from 0, or Infinity", "whole");
    checkRate(this);
    checkFunction("random", this.#random);
    Object.freeze(this);
  }

  /** The wait in milliseconds, or `false` when `attempt` is greater than `maxAttempts`. */
  delay(attempt: number, context: RetryContext): number | false {
    if (attempt > this.maxAttempts) return false;
    const spread = 1 + this.jitter * this.#random();
    const wait = Math.min(this.#wait(attempt, context.retry ?? this.initialDelay) * spread, this.maxDelay);
    return atLeastRetryAfter(wait, context.retryAfter, spread);
  }

  #wait(attempt: number, base: number): number {
    if (attempt < 1) return Math.max(SHORTEST_WAIT, base);
    const first = Math.max(base, Math.min(SHORTEST_FAILURE_WAIT, this.initialDelay));
    // 0 x Infinity would be NaN, so a power that is too large for a number becomes the largest number.
    return first * Math.min(this.factor ** (attempt - 1), Number.MAX_VALUE);
  }
}
