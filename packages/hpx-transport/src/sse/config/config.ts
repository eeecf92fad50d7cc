import type { RetryPolicy } from "sseer/retry";
import type { Authentication } from "../../auth/authentication.js";
import { copyBytes, isBytes } from "../../checks/bytes.js";
import { requireObject } from "../../checks/checkers.js";
import type { PlainOptions } from "../../checks/options.js";
import { isUrl } from "../../checks/url.js";
import type { HttpClient } from "../../http/client.js";
import type { Logger } from "../../observe/logger.js";
import type { SseTelemetry } from "../../observe/observer.js";
import { readSseOptions, type SseBody, type SseOptions, type SseSettings } from "./options.js";

/** The source of a connection: its options, a config, or just a URL. */
export type SseSource = SseOptions | AnyConfig | string | URL;

/** A config. Without its options, or the compiler would take an object with a misspelt option for a wrong config. */
type AnyConfig = Pick<SseConfig, "with">;

const HANDLER_DEFAULTS = ["responseTimeout", "openTimeout"] as const;

// The options that are plain values are properties of a config, with the types and the documentation of `SseOptions`.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the constructor assigns each of them
export interface SseConfig extends PlainOptions<SseOptions> {}

/**
 * The options of a connection, checked and immutable. Printing a config shows only the options that are plain values: the
 * URL's query, the headers and the body may hold secrets, so they are private.
 *
 * @example
 * const config = new SseConfig("https://example.com/stream", { idleTimeout: 45_000 });
 * const patient = config.with({ reconnect: { maxDelay: 300_000 } });
 */
export class SseConfig {
  /** The options that may hold secrets, and those that are objects of the user. */
  readonly #private: Omit<SseSettings, keyof PlainOptions<SseOptions> | "url"> & { readonly url: string };
  /** The options whose default a handler may change, and that were not given. */
  readonly #defaulted: readonly (typeof HANDLER_DEFAULTS)[number][];

  /** @throws {TransportError} `CONFIG`, naming the option, its value (unless it may be a secret) and what it takes. */
  constructor(url: string | URL, options: Omit<SseOptions, "url"> = {}) {
    requireObject("options", options);
    const settings = readSseOptions({ ...options, url });
    const { headers, body, auth, client, handler, signal, logger, telemetry, reconnect, ...others } = settings;
    // As text: a URL object costs more memory than all the rest, and a config lives as long as its connection.
    const { url: parsed, ...plain } = others;
    this.#defaulted = HANDLER_DEFAULTS.filter((name) => Reflect.get(options, name) === undefined);
    this.#private = { url: parsed.href, headers, body, auth, client, handler, signal, logger, telemetry, reconnect };
    Object.freeze(Object.assign(this, plain));
  }

  /** A config made from `input`; a config is returned as it is. @throws {TransportError} `CONFIG` */
  static from(input: SseSource): SseConfig {
    if (input instanceof SseConfig) return input;
    if (typeof input === "string" || isUrl(input)) return new SseConfig(input);
    requireObject("config", input);
    const { url, ...options } = input as SseOptions;
    return new SseConfig(url, options);
  }

  /** A copy with other options; one that is given as `undefined` goes back to its default. @throws {TransportError} `CONFIG` */
  with(changes: Partial<SseOptions>): SseConfig {
    requireObject("changes", changes);
    const { url } = this.#private;
    const undecided = Object.fromEntries(this.#defaulted.map((name) => [name, undefined]));
    // `fetch` and `client` are two forms of one option, and the config holds a client.
    const client = "fetch" in changes ? { client: undefined } : {};
    const given = [this, this.#private, undecided, client, changes, { url: changes.url ?? url }];
    return SseConfig.from(Object.assign({}, ...given) as SseOptions);
  }

  /**
   * The limits up to the first response, for a handler whose service takes `usual` milliseconds to answer.
   *
   * @internal
   */
  openingLimits(usual: number | undefined): { readonly responseTimeout: number; readonly openTimeout: number } {
    const { responseTimeout, openTimeout } = this;
    if (usual === undefined || !this.#defaulted.includes("responseTimeout")) return { responseTimeout, openTimeout };
    const longer = usual + this.connectTimeout;
    return { responseTimeout: usual, openTimeout: this.#defaulted.includes("openTimeout") ? longer : openTimeout };
  }

  /** As {@link SseOptions.url}, without a fragment. A copy: changing it does not change the config. */
  get url(): URL {
    return new URL(this.#private.url);
  }

  /** As {@link SseOptions.headers}. A copy: changing it does not change the config. */
  get headers(): Headers {
    return new Headers(this.#private.headers);
  }

  /** As {@link SseOptions.body}. Bytes are a copy: changing them does not change the config. */
  get body(): SseBody | undefined {
    const { body } = this.#private;
    return isBytes(body) ? copyBytes(body) : body;
  }

  /** As {@link SseOptions.auth}. */
  get auth(): Authentication | undefined {
    return this.#private.auth;
  }

  /** As {@link SseOptions.client}, or one that calls {@link SseOptions.fetch}; without either, the connection chooses. */
  get client(): HttpClient | undefined {
    return this.#private.client;
  }

  /** As {@link SseOptions.handler}. */
  get handler(): SseOptions["handler"] {
    return this.#private.handler;
  }

  /** As {@link SseOptions.signal}. */
  get signal(): AbortSignal | undefined {
    return this.#private.signal;
  }

  /** As {@link SseOptions.logger}. */
  get logger(): Logger | undefined {
    return this.#private.logger;
  }

  /** As {@link SseOptions.telemetry}. */
  get telemetry(): SseTelemetry | undefined {
    return this.#private.telemetry;
  }

  /** As {@link SseOptions.reconnect}: a policy, made from backoff options if those were given, or `false`. */
  get reconnect(): RetryPolicy | false {
    return this.#private.reconnect;
  }
}
