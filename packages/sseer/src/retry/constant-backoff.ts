import { LONGEST_RETRY_AFTER, LONGEST_TIMER, retryDefaults } from "./defaults.js";
import { atLeastRetryAfter } from "./retry-after.js";
import type { RetryContext, RetryPolicy } from "./retry-policy.js";
import { checkFunction, checkNames, checkNumber } from "./validate.js";

/** Options of a {@link ConstantBackoff}. Each may be `undefined` and then means its default. */
export interface ConstantBackoffOptions {
  /**
   * The wait in milliseconds. A longer `retry` of the server, up to an hour, wins.
   *
   * @defaultValue 1000
   */
  readonly delay?: number | undefined;
  /**
   * The largest share by which chance lengthens a wait, from 0 to 1.
   *
   * @defaultValue 0
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

/** The same wait each time: for a peer nearby, and for tests. */
export class ConstantBackoff implements RetryPolicy {
  /** The largest share by which chance lengthens a wait, from 0 to 1. */
  readonly jitter: number;
  /** How many reconnects may fail in a row. */
  readonly maxAttempts: number;
  readonly #delay: number;
  readonly #random: () => number;

  /** @throws RangeError or TypeError naming the option, its value and what it takes */
  constructor(options: ConstantBackoffOptions = {}) {
    checkNames(options, ["delay", "jitter", "maxAttempts", "random"]);
    this.#delay = options.delay ?? retryDefaults.initialDelay;
    this.jitter = options.jitter ?? 0;
    this.maxAttempts = options.maxAttempts ?? retryDefaults.maxAttempts;
    this.#random = options.random ?? Math.random;
    checkNumber("delay", this.#delay, 0, LONGEST_TIMER, "milliseconds from 0 to 2147483647");
    checkNumber("jitter", this.jitter, 0, 1, "a number from 0 to 1");
    checkNumber("maxAttempts", this.maxAttempts, 0, Infinity, "a whole number from 0, or Infinity", "whole");
    checkFunction("random", this.#random);
    Object.freeze(this);
  }

  /** The milliseconds to wait, or `false` when `attempt` is over `maxAttempts`. */
  delay(attempt: number, context: RetryContext): number | false {
    if (attempt > this.maxAttempts) return false;
    const spread = 1 + this.jitter * this.#random();
    const wait = Math.max(this.#delay, Math.min(context.retry ?? 0, LONGEST_RETRY_AFTER)) * spread;
    return atLeastRetryAfter(Math.min(wait, LONGEST_TIMER), context.retryAfter, spread);
  }
}
