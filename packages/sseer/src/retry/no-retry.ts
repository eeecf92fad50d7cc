import type { RetryPolicy } from "./retry-policy.js";

/** Never connects again. */
export class NoRetry implements RetryPolicy {
  /** None may fail. */
  readonly maxAttempts: number = 0;

  constructor() {
    Object.freeze(this);
  }

  /** Always `false`: give up. */
  delay(): false {
    return false;
  }
}
