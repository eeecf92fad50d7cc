/**
 * Retry policies: how long to wait before the next connection attempt. This entry loads no parser.
 *
 * ```text
 *   attempt (0: it delivered; k: the k-th in a row that did not) ─┐
 *   context: error, Retry-After, the server's `retry` ────────────┴─> policy.delay() ──> milliseconds, or false: give up
 * ```
 *
 * @example
 * import { ExponentialBackoff } from "sseer/retry";
 *
 * const policy = new ExponentialBackoff({ initialDelay: 500, maxAttempts: 10 });
 * console.log(policy.delay(1, { retry: 2000 })); // about 2000 ms: the server's `retry` is the base
 *
 * @remarks
 * - {@link ExponentialBackoff}: waits longer after each failure; {@link retryDefaults} are its defaults
 * - {@link ConstantBackoff}: the same wait each time
 * - {@link NoRetry}: no reconnect
 * - {@link RetryPolicy}: their interface, which your own policy may implement; {@link RetryContext} is its argument
 *
 * @module sseer/retry
 */
export { ConstantBackoff, type ConstantBackoffOptions } from "./constant-backoff.js";
export { retryDefaults } from "./defaults.js";
export { ExponentialBackoff, type ExponentialBackoffOptions } from "./exponential-backoff.js";
export { NoRetry } from "./no-retry.js";
export type { RetryContext, RetryPolicy } from "./retry-policy.js";
