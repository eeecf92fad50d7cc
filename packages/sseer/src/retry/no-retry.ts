import type { RetryPolicy } from "./retry-policy.js";

/** Never connects again. */
export class NoRetry implements RetryPolicy {
  readonly maxAttempts: number = 0;

  constructor() {
    Object.freeze(this);
  }

  delay(): false {
    return false;
  }
}
