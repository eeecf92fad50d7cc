import { LONGEST_RETRY_AFTER } from "./defaults.js";

/**
 * Lengthens `wait` to the server's `Retry-After` where that is longer. It may exceed every other limit, and jitter only
 * adds to it. More than an hour counts as an hour.
 */
export function atLeastRetryAfter(wait: number, retryAfter: number | undefined, spread: number): number {
  if (retryAfter === undefined || !(retryAfter > 0)) return wait;
  return Math.max(wait, Math.min(retryAfter, LONGEST_RETRY_AFTER) * spread);
}
