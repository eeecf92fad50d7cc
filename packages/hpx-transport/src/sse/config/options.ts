import type { ExponentialBackoffOptions, RetryPolicy } from "sseer/retry";
import type { Authentication } from "../../auth/authentication.js";
import type { HttpClient } from "../../http/client.js";
import type { Logger } from "../../observe/logger.js";
import type { SseTelemetry } from "../../observe/observer.js";

/** Headers in any of the forms that `fetch` takes. */
export type SseHeaders = Headers | Readonly<Record<string, string>> | Iterable<readonly [name: string, value: string]>;

/** A request body, or a function that makes one anew for every attempt. */
export type SseBody = string | Uint8Array | (() => string | Uint8Array | Promise<string | Uint8Array>);

/**
 * What happens when the consumer does not keep up and the buffer is full.
 *
 * - `"wait"`: the socket is paused until the consumer has caught up; nothing is lost
 * - `"drop-oldest"`: the oldest unread events give way and are counted in `handle.stats.dropped`
 * - `"error"`: the connection ends with `OVERFLOW`
 *
 * Drop or error is decided at the next read, on what the consumer left by then.
 */
export type SseOverflow = "wait" | "drop-oldest" | "error";

/**
 * Everything that {@link SseConfig} takes. Durations are milliseconds, sizes are bytes, 0 turns a timeout off; an
 * option that is `undefined` means its default.
 */
export interface SseOptions {
  /** An `http:` or `https:` URL without credentials. */
  url: string | URL;
  /** The HTTP method; one whose response has no body cannot be used. @defaultValue `"GET"` */
  method?: string | undefined;
  /** Sent with every attempt. They win over the transport's own, except `Last-Event-ID` once the server sent an id. */
  headers?: SseHeaders | undefined;
  /** Sent as given with every attempt; set its `Content-Type` in `headers`. Not with GET. */
  body?: SseBody | undefined;
  /** Signs every attempt. */
  auth?: Authentication | undefined;
  /** Sends the requests. @defaultValue a `NodeClient` on Node, a `FetchClient` elsewhere */
  client?: HttpClient | undefined;
  /** Ends the connection; the consumer's loop throws the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Hears what the connection does. @defaultValue none: nothing is logged and nothing is computed for it */
  logger?: Logger | undefined;
  /** Watches the connection: `openTelemetry()` of `hpx-transport/otel`, or your own. @defaultValue none */
  telemetry?: SseTelemetry | undefined;
  /** The event ID to resume after, as saved from `handle.lastEventId`. @defaultValue `""` */
  lastEventId?: string | undefined;
  /** For DNS, TCP and TLS together. @defaultValue `10_000` */
  connectTimeout?: number | undefined;
  /** From the request to the response's headers. @defaultValue `60_000` */
  responseTimeout?: number | undefined;
  /** The longest silence, for feeds that promise heartbeats; any byte is life. @defaultValue `0`: a quiet stream is healthy */
  idleTimeout?: number | undefined;
  /** The largest line or event. A larger one ends the connection. @defaultValue `16 * 1024 * 1024` */
  maxEventSize?: number | undefined;
  /** How many unread events fill the buffer; one read may overshoot. @defaultValue `256` */
  eventCapacity?: number | undefined;
  /** How much unread text fills the buffer, by its length; one read may overshoot. @defaultValue `1024 * 1024` */
  bufferSize?: number | undefined;
  /** What happens when the buffer is full. @defaultValue `"wait"` */
  overflow?: SseOverflow | undefined;
  /**
   * Backoff options (merged with the defaults), a policy, or `false` to never reconnect.
   *
   * @defaultValue `{ initialDelay: 1000, maxDelay: 60_000, factor: 2, jitter: 0.1, maxAttempts: Infinity }`
   */
  reconnect?: ExponentialBackoffOptions | RetryPolicy | false | undefined;
}

/** The name of every option, for finding those that are none. */
export const OPTION_NAMES: readonly string[] = /* @__PURE__ */ Object.keys({
  url: true,
  method: true,
  headers: true,
  body: true,
  auth: true,
  client: true,
  signal: true,
  logger: true,
  telemetry: true,
  lastEventId: true,
  connectTimeout: true,
  responseTimeout: true,
  idleTimeout: true,
  maxEventSize: true,
  eventCapacity: true,
  bufferSize: true,
  overflow: true,
  reconnect: true,
} satisfies Record<keyof SseOptions, true>);

/** Every default in one place; those of `reconnect` are in `sseer/retry`. */
export const DEFAULTS: {
  readonly method: string;
  readonly lastEventId: string;
  readonly connectTimeout: number;
  readonly responseTimeout: number;
  readonly idleTimeout: number;
  readonly maxEventSize: number;
  readonly eventCapacity: number;
  readonly bufferSize: number;
  readonly overflow: SseOverflow;
} = {
  method: "GET",
  lastEventId: "",
  connectTimeout: 10_000,
  responseTimeout: 60_000,
  idleTimeout: 0,
  maxEventSize: 16 * 1024 * 1024,
  eventCapacity: 256,
  bufferSize: 1024 * 1024,
  overflow: "wait",
};
