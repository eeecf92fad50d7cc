/**
 * What every transport shares: errors, authentication and retry policies. It loads no SSE code and no HTTP client.
 *
 * - {@link TransportError}: the one error class, with its codes
 * - {@link ApiKeyAuth}, {@link BearerAuth}, {@link HmacAuth}, {@link CompositeAuth}, {@link NoAuth}: sign every attempt;
 *   anything with `sign()` is an {@link Authentication}
 * - {@link ExponentialBackoff}, {@link ConstantBackoff}, {@link NoRetry}: how long to wait before a reconnect
 *
 * @module hpx-transport
 */
export * from "./auth/index.js";
export {
  type AnyTransportError,
  TransportError,
  type TransportErrorCode,
  type TransportErrorDetails,
} from "./error.js";
export {
  ConstantBackoff,
  type ConstantBackoffOptions,
  ExponentialBackoff,
  type ExponentialBackoffOptions,
  NoRetry,
  type RetryContext,
  type RetryPolicy,
} from "sseer/retry";
