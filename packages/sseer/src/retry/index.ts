export { ConstantBackoff, type ConstantBackoffOptions } from "./constant-backoff.js";
export { retryDefaults } from "./defaults.js";
export { ExponentialBackoff, type ExponentialBackoffOptions } from "./exponential-backoff.js";
export { NoRetry } from "./no-retry.js";
export type { RetryContext, RetryPolicy } from "./retry-policy.js";
