import type { RetryPolicy } from "./retry-policy.js";

/** Never reconnects. */
export class NoRetry implements RetryPolicy {
  /** No reconnect may fail, because there is none. */
  readonly maxAttempts: number = 0;

  constructor() {
    Object.freeze(this);
  }

  /** Always `false`: do not reconnect. */
  delay(): false {
    return false;
  }
}
