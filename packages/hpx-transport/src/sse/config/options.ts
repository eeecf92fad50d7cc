import { clientThatFetches } from "#default-client";
import type { ExponentialBackoffOptions, RetryPolicy } from "sseer/retry";
import type { Authentication } from "../../auth/authentication.js";
import { count, flag, fn, milliseconds, objectWith, oneOf, text } from "../../checks/checkers.js";
import { type PlainOptions, readOptions, type Spec } from "../../checks/options.js";
import { abortSignal, urlWithScheme, eventId, headers } from "../../checks/request.js";
import { TransportError } from "../../error.js";
import type { HttpClient } from "../../http/client.js";
import type { Logger } from "../../observe/logger.js";
import type { SseTelemetry } from "../../observe/observer.js";
import type { SseCursor } from "../cursor/cursor.js";
import type { SseProtocolHandler } from "../protocol/handler.js";
import { reconnect } from "../../connection/reconnect-option.js";
import { body, boundedFor, checkBodyFits, method } from "./checks.js";
import { handler } from "./handler-check.js";
import { WELL_KNOWN_NAMES } from "./well-known-names.js";

/** Headers in any of the forms that `fetch` takes. */
export type SseHeaders = Headers | Readonly<Record<string, string>> | Iterable<readonly [name: string, value: string]>;

/** A request body, or a function that makes one for every attempt. */
export type SseBody = string | Uint8Array | (() => string | Uint8Array | Promise<string | Uint8Array>);

/**
 * The reaction to a full buffer, when the consumer does not keep up.
 *
 * - `"wait"`: the socket is paused until the consumer has caught up; no event is lost
 * - `"drop-oldest"`: the oldest unread events are dropped, and counted in `handle.stats.dropped`
 * - `"error"`: the connection ends with `OVERFLOW`
 *
 * Dropping and `OVERFLOW` happen at the next read, if the buffer is still full then.
 */
export type SseOverflow = "wait" | "drop-oldest" | "error";

/**
 * The options of a connection. Durations are milliseconds, sizes are bytes, 0 turns a timeout off; an
 * option that is `undefined` means its default.
 */
export interface SseOptions {
  /** An `http:` or `https:` URL without credentials. In a page or a worker it may be relative. */
  url: string | URL;
  /** The HTTP method; one whose response has no body cannot be used. @defaultValue `"GET"` */
  method?: string | undefined;
  /** Sent with every attempt. They replace the transport's own, except `Last-Event-ID` once the server sent an id. */
  headers?: SseHeaders | undefined;
  /** Sent as given with every attempt; set its `Content-Type` in `headers`. Not with GET. */
  body?: SseBody | undefined;
  /** Signs every attempt. */
  auth?: Authentication | undefined;
  /** Sends the requests. @defaultValue a `NodeClient` on Node, a `FetchClient` elsewhere */
  client?: HttpClient | undefined;
  /** Sends the requests in place of a client, as `client: new FetchClient({ fetch })` does. @defaultValue none */
  fetch?: typeof globalThis.fetch | undefined;
  /**
   * The rules of a service, or hooks of your own: a class that ships, or a plain object with the hooks that you want. Some
   * handlers remember the state of one connection: a function makes a new one for each.
   *
   * @defaultValue a `GenericSseHandler`
   */
  handler?: SseProtocolHandler | (() => SseProtocolHandler) | undefined;
  /** Ends the connection; the consumer's loop throws the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Gets a line for each change of the connection. @defaultValue none, at no cost */
  logger?: Logger | undefined;
  /** Observes the connection: `openTelemetry()` of `hpx-transport/otel`, or your own. @defaultValue none */
  telemetry?: SseTelemetry | undefined;
  /** Names the connection in log lines, stats and metrics. @defaultValue `""`: no name */
  name?: string | undefined;
  /**
   * The request is harmless to send again, although its method is not safe: a query by POST, such as a GraphQL
   * subscription. Otherwise such a request is sent again only while the server surely did not act on it.
   *
   * @defaultValue `false`
   */
  resend?: boolean | undefined;
  /**
   * Keeps where the stream stands, over restarts: a `DurableCursor` of `hpx-transport/durable`. `overflow` must be `"wait"`.
   *
   * @defaultValue none
   */
  cursor?: SseCursor | undefined;
  /**
   * The event ID to resume after, as saved from `handle.lastEventId`: without control characters, without blanks at an end,
   * and of at most 64 KiB, because a header cannot carry others. Where `cursor` knows one, that one counts. @defaultValue `""`
   */
  lastEventId?: string | undefined;
  /** The longest time for DNS, TCP and TLS together. @defaultValue `10_000` */
  connectTimeout?: number | undefined;
  /**
   * The longest time from the request to the response's headers.
   *
   * @defaultValue `60_000`, or the handler's own: the handlers for LLMs wait 10 minutes
   */
  responseTimeout?: number | undefined;
  /** The longest time for `auth` to sign, and for a function given as `body`. @defaultValue `30_000` */
  signTimeout?: number | undefined;
  /**
   * The longest time to the first accepted response, over all attempts. Then the last error ends the connection. Later
   * reconnects have no such limit.
   *
   * @defaultValue `60_000`, or longer where the handler's `responseTimeout` is
   */
  openTimeout?: number | undefined;
  /** The longest time without a byte, for feeds that send heartbeats. @defaultValue `0`: no limit, a quiet stream is healthy */
  idleTimeout?: number | undefined;
  /** The longest time without an event; comments do not count. @defaultValue `0`: no limit */
  eventTimeout?: number | undefined;
  /** The largest line or event. A larger one ends the connection. @defaultValue `16 * 1024 * 1024` */
  maxEventSize?: number | undefined;
  /** How many unread events fill the buffer; one read may overshoot. @defaultValue `256` */
  eventCapacity?: number | undefined;
  /** How much unread text fills the buffer, in characters; one read may overshoot. @defaultValue `1024 * 1024` */
  bufferSize?: number | undefined;
  /** The reaction to a full buffer. @defaultValue `"wait"` */
  overflow?: SseOverflow | undefined;
  /**
   * Backoff options (merged with the defaults), a policy, or `false` to never reconnect.
   *
   * @defaultValue `{ initialDelay: 1000, maxDelay: 60_000, factor: 2, jitter: 0.1, maxAttempts: Infinity, burst: 5,
   * perSecond: 1 }`; `maxAttempts` is 4 for methods that are not safe (all but GET, OPTIONS, QUERY and REPORT)
   */
  reconnect?: ExponentialBackoffOptions | RetryPolicy | false | undefined;
}

/** The name, default and check of every option. */
const TABLE = {
  url: urlWithScheme("http:", "https:"),
  method: method("GET"),
  headers,
  body,
  auth: objectWith<Authentication>("sign"),
  client: objectWith<HttpClient>("send"),
  fetch: fn<SseOptions["fetch"]>(undefined),
  handler,
  signal: abortSignal(),
  logger: objectWith<Logger>("debug", "info", "warn", "error"),
  telemetry: objectWith<SseTelemetry>("observe"),
  name: text(""),
  resend: flag(false),
  cursor: objectWith<SseCursor>("open", "asked", "handOver", "close"),
  lastEventId: eventId(""),
  connectTimeout: milliseconds(10_000),
  responseTimeout: milliseconds(60_000),
  signTimeout: milliseconds(30_000),
  openTimeout: milliseconds(60_000),
  idleTimeout: milliseconds(0),
  eventTimeout: milliseconds(0),
  maxEventSize: count(16 * 1024 * 1024, "bytes"),
  eventCapacity: count(256, "events"),
  bufferSize: count(1024 * 1024, "bytes"),
  overflow: oneOf(["wait", "drop-oldest", "error"], "wait"),
  reconnect,
} satisfies Spec<SseOptions>;

/** The names of all options, for a room whose options are these and more. */
export const sseOptionNames: readonly string[] = /* @__PURE__ */ Object.keys(TABLE);

/** The options after their checks; see {@link PlainOptions} for those that always have a value. */
export interface SseSettings extends PlainOptions<SseOptions>, Pick<SseOptions, Given> {
  readonly url: URL;
  readonly headers: Headers | undefined;
  readonly reconnect: RetryPolicy | false;
}

/** The options that are used as they are given. */
type Given = "body" | "auth" | "client" | "cursor" | "handler" | "signal" | "logger" | "telemetry";

/** @throws {TransportError} `CONFIG`, naming the option, its value (unless it may be a secret) and what it takes */
export function readSseOptions(options: unknown): SseSettings {
  const { fetch: send, ...checked } = readOptions(undefined, options, TABLE, { wellKnown: WELL_KNOWN_NAMES });
  if (send !== undefined && checked.client !== undefined) {
    throw TransportError.config("fetch", "fetch beside client", "both send the requests; give one of them");
  }
  const settings: SseSettings =
    send === undefined ? checked : { ...checked, client: clientThatFetches({ fetch: send }) };
  checkBodyFits(settings);
  if (settings.cursor !== undefined && settings.overflow !== "wait") {
    const expected = 'a cursor takes "wait" only: events that were dropped could not come again';
    throw TransportError.config("overflow", JSON.stringify(settings.overflow), expected);
  }
  return { ...settings, reconnect: boundedFor(settings, (options as Partial<SseOptions>).reconnect) };
}
