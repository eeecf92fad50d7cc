/**
 * How long to wait before connecting again. It loads no parser.
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
 * console.log(policy.delay(1, { retry: 2000 })); // about 2000 ms: what the server asks for is the base
 *
 * @remarks
 * - {@link ExponentialBackoff}: waits that grow while nothing is delivered; {@link retryDefaults} are its defaults
 * - {@link ConstantBackoff}: the same wait each time
 * - {@link NoRetry}: never again
 * - {@link RetryPolicy}: what all of them are, and yours may be; {@link RetryContext} is what it is told
 *
 * @module sseer/retry
 */
export { ConstantBackoff, type ConstantBackoffOptions } from "./constant-backoff.js";
export { retryDefaults } from "./defaults.js";
export { ExponentialBackoff, type ExponentialBackoffOptions } from "./exponential-backoff.js";
export { NoRetry } from "./no-retry.js";
export type { RetryContext, RetryPolicy } from "./retry-policy.js";
