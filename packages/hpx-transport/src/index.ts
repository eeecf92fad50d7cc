/**
 * What every transport shares: errors, authentication and retry policies. It loads no SSE code and no HTTP client.
 *
 * ```text
 *   retry policies <──┐
 *   authentication <──┼── hpx-transport/http <── hpx-transport/sse <── hpx-transport/eventsource, /fetch
 *   errors         <──┘
 * ```
 *
 * @example
 * import { BearerAuth, TransportError } from "hpx-transport";
 * import { SseConnection } from "hpx-transport/sse";
 *
 * const auth = new BearerAuth(() => process.env["TOKEN"] ?? "demo"); // asked anew for every attempt
 * try {
 *   for await (const { data } of SseConnection.open({ url: "https://example.com/stream", auth })) console.log(data);
 * } catch (error) {
 *   if (!TransportError.is(error, "SSE_INVALID_STATUS")) throw error;
 *   console.log("refused with", error.details.status);
 * }
 *
 * @remarks
 * - {@link TransportError}: the one error class. {@link TransportErrorCode} lists its codes, {@link TransportErrorDetails}
 *   what each of them tells, and {@link AnyTransportError} is the union to switch over
 * - {@link ApiKeyAuth}, {@link BearerAuth}, {@link HmacAuth}, {@link CompositeAuth}, {@link NoAuth}: sign every attempt;
 *   {@link hmacRecipes} has what some exchanges want, and anything with `sign()` is an {@link Authentication}
 * - {@link ExponentialBackoff}, {@link ConstantBackoff}, {@link NoRetry}: how long to wait before a reconnect; anything with
 *   `delay()` is a {@link RetryPolicy}
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
