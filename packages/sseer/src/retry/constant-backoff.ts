import { LONGEST_RETRY_AFTER, LONGEST_TIMER, retryDefaults } from "./defaults.js";
import { atLeastRetryAfter } from "./retry-after.js";
import type { RetryContext, RetryPolicy } from "./retry-policy.js";
import { checkFunction, checkNames, checkNumber, checkRate } from "./validate.js";

/** Options of a {@link ConstantBackoff}. An option that is `undefined` means its default. */
export interface ConstantBackoffOptions {
  /**
   * The wait in milliseconds. When the server's `retry` is longer, that is the wait, up to an hour.
   *
   * @defaultValue 1000
   */
  readonly delay?: number | undefined;
  /**
   * The largest random share, from 0 to 1, that is added to a wait.
   *
   * @defaultValue 0
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

/** Waits the same time before each reconnect. Use it for servers nearby, and in tests. */
export class ConstantBackoff implements RetryPolicy {
  /** The largest random share, from 0 to 1, that is added to a wait. */
  readonly jitter: number;
  /** The number of reconnects that may fail in a row. */
  readonly maxAttempts: number;
  /** The connects that may follow each other without a pause. */
  readonly burst: number;
  /** The connects a second by which the limit of the rate grows back to `burst`. */
  readonly perSecond: number;
  readonly #delay: number;
  readonly #random: () => number;

  /** @throws RangeError or TypeError that names the option, its value and the valid values */
  constructor(options: ConstantBackoffOptions = {}) {
    checkNames(options, ["delay", "jitter", "maxAttempts", "burst", "perSecond", "random"]);
    this.#delay = options.delay ?? retryDefaults.initialDelay;
    this.jitter = options.jitter ?? 0;
    this.maxAttempts = options.maxAttempts ?? retryDefaults.maxAttempts;
    this.burst = options.burst ?? retryDefaults.burst;
    this.perSecond = options.perSecond ?? retryDefaults.perSecond;
    this.#random = options.random ?? Math.random;
    checkNumber("delay", this.#delay, 0, LONGEST_TIMER, "milliseconds from 0 to 2147483647");
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
    const wait = Math.max(this.#delay, Math.min(context.retry ?? 0, LONGEST_RETRY_AFTER)) * spread;
    return atLeastRetryAfter(Math.min(wait, LONGEST_TIMER), context.retryAfter, spread);
  }
}
