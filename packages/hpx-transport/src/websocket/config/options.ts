import type { ExponentialBackoffOptions, RetryPolicy } from "sseer/retry";
import type { Authentication } from "../../auth/authentication.js";
import { count, flag, milliseconds, objectWith, oneOf, text } from "../../checks/checkers.js";
import { type PlainOptions, readSparseOptions, type Spec } from "../../checks/options.js";
import { abortSignal } from "../../checks/request.js";
import { reconnect } from "../../connection/reconnect-option.js";
import { TransportError } from "../../error.js";
import type { HttpClient } from "../../http/client.js";
import type { Logger } from "../../observe/logger.js";
import type { SseTelemetry } from "../../observe/observer.js";
import type { WsProtocolHandler } from "../protocol/handler.js";
import type { SocketBackend } from "../socket/backend.js";
import { fresh, handler, headers, protocols, url } from "./checks.js";
import { WELL_KNOWN_NAMES } from "./well-known-names.js";

/** Headers in any of the forms that `fetch` takes. */
export type WsHeaders = Headers | Readonly<Record<string, string>> | Iterable<readonly [name: string, value: string]>;

/**
 * The reaction to a full buffer, when the consumer of a subscription or of the stream does not keep up.
 *
 * - `"wait"`: the socket is paused until the consumer has caught up, for at most `pauseLimit`. Every other consumer of the
 *   connection waits with it
 * - `"drop-oldest"`: the oldest unread messages are dropped, counted in `stats.dropped`, and the next one carries the gap
 * - `"keep-latest"`: only the last unread message of each topic is kept
 * - `"error"`: the subscription ends with `OVERFLOW`; for the stream, the connection does
 */
export type WsOverflow = "wait" | "drop-oldest" | "keep-latest" | "error";

/** A value, or a function that makes one for every attempt. */
export type WsFresh<T> = T | (() => T | PromiseLike<T>);

/**
 * The options of a WebSocket connection. Durations are milliseconds, sizes are bytes, 0 turns a timeout off; an option that is
 * `undefined` means its default.
 */
export interface WsOptions {
  /** A `ws:`, `wss:`, `http:` or `https:` URL without credentials, or a function that makes one for every attempt. */
  url: WsFresh<string | URL>;
  /** Sent with every handshake, or a function that makes them. Not possible in a browser. */
  headers?: WsFresh<WsHeaders | undefined>;
  /** The subprotocols to offer, or a function that makes them. @defaultValue the handler's, or none */
  protocols?: WsFresh<string | readonly string[] | undefined>;
  /** Signs every handshake. */
  auth?: Authentication | undefined;
  /** A `NodeClient`, whose proxy, TLS and address options the sockets then use. Not with `socket`. @defaultValue none */
  client?: HttpClient | undefined;
  /** Opens the sockets. @defaultValue the package `ws` on Node, the platform's `WebSocket` elsewhere */
  socket?: SocketBackend | undefined;
  /** The rules of a service, or a function that makes them for each connection. @defaultValue every message is an update of the stream */
  handler?: WsProtocolHandler | (() => WsProtocolHandler) | undefined;
  /** Ends the connection; the consumers' loops throw the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Gets a line for each change of the connection. @defaultValue none, at no cost */
  logger?: Logger | undefined;
  /** Observes the connection: `openTelemetry()` of `hpx-transport/otel`, or your own. @defaultValue none */
  telemetry?: SseTelemetry | undefined;
  /** Names the connection in log lines, stats and metrics. @defaultValue `""`: no name */
  name?: string | undefined;
  /** The longest time for DNS, TCP, a proxy and TLS together. @defaultValue `10_000` */
  connectTimeout?: number | undefined;
  /** The longest time from the request on the wire to the response's headers. @defaultValue `10_000` */
  handshakeTimeout?: number | undefined;
  /** The longest time for `auth` to sign, and for a function given as `url`, `headers` or `protocols`. @defaultValue `30_000` */
  signTimeout?: number | undefined;
  /** The longest time from the credentials to the server's answer. @defaultValue `10_000` */
  authTimeout?: number | undefined;
  /** The longest time to the first connection, over all attempts; then the last error ends it. @defaultValue `60_000` */
  openTimeout?: number | undefined;
  /** The longest time from a subscribe message to its acknowledgement. @defaultValue `10_000` */
  subscribeTimeout?: number | undefined;
  /** The longest time of a request, from the call to the response. @defaultValue `30_000` */
  requestTimeout?: number | undefined;
  /** The longest time for the server to answer a close frame. @defaultValue `2_000` */
  closeTimeout?: number | undefined;
  /** The time between two heartbeats of ours. @defaultValue `20_000`, or `0` where the runtime and the handler have no ping */
  pingInterval?: number | undefined;
  /** The longest time from a heartbeat to any byte from the server. @defaultValue `10_000` */
  pongTimeout?: number | undefined;
  /** The longest time without a byte. @defaultValue `0`: no limit */
  idleTimeout?: number | undefined;
  /** The longest time without a message of kind `"update"`, while something is subscribed. @defaultValue `0`: no limit */
  dataTimeout?: number | undefined;
  /** The largest message, after decompression. A larger one ends the connection. @defaultValue `16 * 1024 * 1024` */
  maxMessageSize?: number | undefined;
  /** The most fragments of one message. @defaultValue `4096` */
  maxFragments?: number | undefined;
  /** Offers `permessage-deflate`. It costs memory and CPU for every connection. @defaultValue `false` */
  compression?: boolean | undefined;
  /** How many unread messages fill a buffer. @defaultValue `256` */
  eventCapacity?: number | undefined;
  /** How much unread content fills a buffer, in characters or bytes. @defaultValue `1024 * 1024` */
  bufferSize?: number | undefined;
  /** The reaction to a full buffer. @defaultValue `"wait"`; `"drop-oldest"` where the runtime cannot pause a socket */
  overflow?: WsOverflow | undefined;
  /** The longest pause of the socket for one slow subscription, which then ends with `OVERFLOW`. @defaultValue `20_000` */
  pauseLimit?: number | undefined;
  /** The most content that waits to be sent. @defaultValue `1024 * 1024` */
  sendBufferSize?: number | undefined;
  /** The most requests without a response. @defaultValue `1000` */
  maxPendingRequests?: number | undefined;
  /** The longest life of one socket, which is then replaced as planned. @defaultValue `0`: the handler's, or no limit */
  maxLifetime?: number | undefined;
  /**
   * Backoff options (merged with the defaults), a policy, or `false` to never reconnect.
   *
   * @defaultValue `{ initialDelay: 1000, maxDelay: 60_000, factor: 2, jitter: 0.1, maxAttempts: Infinity, burst: 5, perSecond: 1 }`
   */
  reconnect?: ExponentialBackoffOptions | RetryPolicy | false | undefined;
}

/** The name, default and check of every option. */
const TABLE = {
  url: fresh(url),
  headers: fresh(headers),
  protocols: fresh(protocols),
  auth: objectWith<Authentication>("sign"),
  client: objectWith<HttpClient>("send"),
  socket: objectWith<SocketBackend>("open"),
  handler,
  signal: abortSignal(),
  logger: objectWith<Logger>("debug", "info", "warn", "error"),
  telemetry: objectWith<SseTelemetry>("observe"),
  name: text(""),
  connectTimeout: milliseconds(10_000),
  handshakeTimeout: milliseconds(10_000),
  signTimeout: milliseconds(30_000),
  authTimeout: milliseconds(10_000),
  openTimeout: milliseconds(60_000),
  subscribeTimeout: milliseconds(10_000),
  requestTimeout: milliseconds(30_000),
  closeTimeout: milliseconds(2_000),
  pingInterval: milliseconds(),
  pongTimeout: milliseconds(10_000),
  idleTimeout: milliseconds(0),
  dataTimeout: milliseconds(0),
  maxMessageSize: count(16 * 1024 * 1024, "bytes"),
  maxFragments: count(4096, "fragments"),
  compression: flag(false),
  eventCapacity: count(256, "messages"),
  bufferSize: count(1024 * 1024, "bytes"),
  overflow: oneOf(["wait", "drop-oldest", "keep-latest", "error"]),
  pauseLimit: milliseconds(20_000),
  sendBufferSize: count(1024 * 1024, "bytes"),
  maxPendingRequests: count(1000, "requests"),
  maxLifetime: milliseconds(0),
  reconnect,
} satisfies Spec<WsOptions>;

/** The options that are used as they are given. */
type Given = "auth" | "client" | "socket" | "handler" | "signal" | "logger" | "telemetry" | "pingInterval" | "overflow";

/** The options after their checks. */
export interface WsSettings extends Omit<PlainOptions<WsOptions>, Given>, Pick<WsOptions, Given> {
  /** As text, which is smaller than a `URL`, with the scheme of HTTP. */
  readonly url: WsFresh<string>;
  readonly headers: WsFresh<Headers | undefined>;
  readonly protocols: WsFresh<readonly string[] | undefined>;
  readonly reconnect: RetryPolicy | false;
}

/** @throws {TransportError} `CONFIG`, naming the option, its value (unless it may be a secret) and what it takes */
export function readWsOptions(options: unknown): WsSettings {
  const settings = readSparseOptions(options, TABLE, { wellKnown: WELL_KNOWN_NAMES });
  if (settings.client !== undefined && settings.socket !== undefined) {
    throw TransportError.config(
      "socket",
      "a backend beside client",
      "both say how sockets are opened; give one of them",
    );
  }
  return settings;
}
