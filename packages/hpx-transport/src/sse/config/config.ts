import type { RetryPolicy } from "sseer/retry";
import type { Authentication } from "../../auth/authentication.js";
import { checkCount, checkDuration } from "../../checks/check.js";
import type { HttpClient } from "../../http/client.js";
import type { Logger } from "../../observe/logger.js";
import type { SseTelemetry } from "../../observe/observer.js";
import { checkNames } from "../../checks/option-names.js";
import {
  checkBody,
  checkHeaders,
  checkLastEventId,
  checkMethod,
  checkObject,
  checkOverflow,
  checkReconnect,
  checkSignal,
  checkUrl,
  requireObject,
} from "./checks.js";
import { DEFAULTS, OPTION_NAMES, type SseBody, type SseOptions, type SseOverflow } from "./options.js";

/**
 * The options of a connection, checked and immutable: what it holds can be used. Secrets (the URL's query, headers,
 * body) stay private, so printing a config shows none.
 *
 * @example
 * const config = new SseConfig("https://example.com/stream", { idleTimeout: 45_000 });
 * const patient = config.with({ reconnect: { maxDelay: 300_000 } });
 */
export class SseConfig {
  /** In upper case. @defaultValue `"GET"` */
  readonly method: string;
  /** The event ID to resume after; empty to begin where the server likes. @defaultValue `""` */
  readonly lastEventId: string;
  /** Milliseconds for DNS, TCP and TLS together; 0: no limit. @defaultValue `10_000` */
  readonly connectTimeout: number;
  /** Milliseconds from the request to the response's headers; 0: no limit. @defaultValue `60_000` */
  readonly responseTimeout: number;
  /** The longest silence, in milliseconds; 0: no limit. @defaultValue `0` */
  readonly idleTimeout: number;
  /** The largest line or event, in bytes. @defaultValue `16 * 1024 * 1024` */
  readonly maxEventSize: number;
  /** How many unread events fill the buffer. @defaultValue `256` */
  readonly eventCapacity: number;
  /** How much unread text fills the buffer, by its length. @defaultValue `1024 * 1024` */
  readonly bufferSize: number;
  /** What happens when the buffer is full. @defaultValue `"wait"` */
  readonly overflow: SseOverflow;
  readonly #options: SseOptions;
  readonly #url: string;
  readonly #headers: Headers | undefined;
  readonly #reconnect: RetryPolicy | false;

  /** @throws {TransportError} `CONFIG`, naming the field, its value (unless it may be a secret) and what it takes. */
  constructor(url: string | URL, options: Omit<SseOptions, "url"> = {}) {
    checkObject("options", options);
    checkNames(undefined, options, OPTION_NAMES);
    this.#url = checkUrl(url).href;
    this.method = checkMethod(options.method);
    this.#headers = checkHeaders(options.headers);
    const body = checkBody(options.body, this.method);
    checkObject("auth", options.auth, "sign");
    checkObject("client", options.client, "send");
    checkObject("logger", options.logger, "debug", "info", "warn", "error");
    checkObject("telemetry", options.telemetry, "observe");
    checkSignal(options.signal);
    this.lastEventId = checkLastEventId(options.lastEventId);
    this.connectTimeout = checkDuration("connectTimeout", options.connectTimeout, DEFAULTS.connectTimeout);
    this.responseTimeout = checkDuration("responseTimeout", options.responseTimeout, DEFAULTS.responseTimeout);
    this.idleTimeout = checkDuration("idleTimeout", options.idleTimeout, DEFAULTS.idleTimeout);
    this.maxEventSize = checkCount("maxEventSize", options.maxEventSize, DEFAULTS.maxEventSize, "bytes");
    this.eventCapacity = checkCount("eventCapacity", options.eventCapacity, DEFAULTS.eventCapacity, "events");
    this.bufferSize = checkCount("bufferSize", options.bufferSize, DEFAULTS.bufferSize, "bytes");
    this.overflow = checkOverflow(options.overflow);
    this.#reconnect = checkReconnect(options.reconnect);
    this.#options = { ...options, url: this.#url, headers: this.#headers, body, reconnect: this.#reconnect };
    Object.freeze(this);
  }

  /** The config itself, or one made of what was given. @throws {TransportError} `CONFIG` */
  static from(input: SseConfig | SseOptions | string | URL): SseConfig {
    if (input instanceof SseConfig) return input;
    if (typeof input === "string" || input instanceof URL) return new SseConfig(input);
    requireObject("config", input);
    const { url, ...options } = input;
    return new SseConfig(url, options);
  }

  /** A copy with other options; one that is given as `undefined` goes back to its default. @throws {TransportError} `CONFIG` */
  with(changes: Partial<SseOptions>): SseConfig {
    checkObject("changes", changes);
    return SseConfig.from({ ...this.#options, ...changes, url: changes.url ?? this.#options.url });
  }

  /** Where the stream is. A copy: changing it changes nothing here. */
  get url(): URL {
    return new URL(this.#url);
  }

  /** The caller's headers, sent with every attempt. A copy: changing it changes nothing here. */
  get headers(): Headers {
    return new Headers(this.#headers);
  }

  /** The body, or what makes one for each attempt. Bytes are a copy: changing it changes nothing here. */
  get body(): SseBody | undefined {
    const { body } = this.#options;
    return body instanceof Uint8Array ? new Uint8Array(body) : body;
  }

  /** What signs every attempt. @defaultValue `undefined`: nothing is signed */
  get auth(): Authentication | undefined {
    return this.#options.auth;
  }

  /** What sends the requests. @defaultValue `undefined`: one for the runtime, made with the connection */
  get client(): HttpClient | undefined {
    return this.#options.client;
  }

  /** What ends the connection from outside. @defaultValue `undefined` */
  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  /** Where the transport tells what it does. @defaultValue `undefined`: nowhere */
  get logger(): Logger | undefined {
    return this.#options.logger;
  }

  /** What watches the connection. @defaultValue `undefined`: nothing */
  get telemetry(): SseTelemetry | undefined {
    return this.#options.telemetry;
  }

  /** The policy in force: the one given, one made of the options given, or `false`. */
  get reconnect(): RetryPolicy | false {
    return this.#reconnect;
  }
}
