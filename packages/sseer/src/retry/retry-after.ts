import { LONGEST_RETRY_AFTER } from "./defaults.js";

/**
 * The wait that the server's `Retry-After` allows: at least that long, for chance only adds to it, and it may exceed
 * every other limit; but what is asked for beyond an hour is not listened to.
 */
export function atLeastRetryAfter(wait: number, retryAfter: number | undefined, spread: number): number {
  if (retryAfter === undefined || !(retryAfter > 0)) return wait;
  return Math.max(wait, Math.min(retryAfter, LONGEST_RETRY_AFTER) * spread);
}
