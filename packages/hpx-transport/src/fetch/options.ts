import type { ExponentialBackoffOptions } from "sseer/retry";
import { showKind } from "../checks/check.js";
import { hasMethod, requireObject } from "../checks/checkers.js";
import { TransportError } from "../error.js";
import { checkHandler } from "../sse/config/handler-check.js";
import {
  SseConfig,
  type SseHandlerName,
  sseHandlers,
  type SseOptions,
  type SseProtocolHandler,
  type SseRequest,
} from "../sse/index.js";

/** A handler, or the name of one that ships. */
export type FetchHandler = SseProtocolHandler | SseHandlerName;

/** Chooses the handler of a request; `undefined`: none. */
export type FetchHandlerChoice = (request: SseRequest) => FetchHandler | undefined;

/**
 * Options of {@link createFetch}: the defaults of each connection. Durations are milliseconds, sizes are bytes, 0 turns a
 * timeout off; an option that is `undefined` means its default.
 *
 * The method, the URL and the body come from the call, and are refused here. The call's headers win over `headers`. A
 * connection ends with the first of the call's signal and `signal`.
 */
export interface FetchOptions extends Omit<Partial<SseOptions>, "handler"> {
  /**
   * Knows how an answer is taken up again where it broke, and what its end is. It gets every request but HEAD.
   *
   * Most handlers remember the state of one connection: give a name, or a function that makes a handler for each request. An
   * object is used for all of them, so it must be stateless.
   *
   * @defaultValue none: a break is resumed by `Last-Event-ID` if the server sent ids
   */
  handler?: FetchHandler | FetchHandlerChoice | undefined;
  /**
   * The longest time from the request to the response's headers.
   *
   * @defaultValue the handler's own, or `600_000`: an LLM may think for long, and its answer is paid
   */
  responseTimeout?: number | undefined;
  /**
   * As in {@link SseOptions}, for reconnects after the first response: before it, nothing is sent again.
   *
   * @defaultValue as in {@link SseOptions}, but with `maxAttempts: 10`, about 5 minutes in a row: a body that never ends and never
   * fails would hang the library above
   */
  reconnect?: SseOptions["reconnect"];
  /** The longest time to the first response, redirects included. @defaultValue `0`: each part has a limit of its own */
  openTimeout?: number | undefined;
}

/** Milliseconds to the response's headers, where neither the options nor the handler say. */
const RESPONSE_TIMEOUT = 600_000;

/** Reconnects in a row that fail, where the options do not say. */
const MOST_ATTEMPTS = 10;

/** Options that belong to the call. */
const OF_THE_CALL: readonly (keyof SseOptions)[] = ["url", "method", "body", "lastEventId"];

/** The options after their checks. */
export interface FetchSettings {
  /** The options of a connection, but for the limits up to the response. */
  readonly connection: Omit<Partial<SseOptions>, "handler" | "fetch">;
  /** Sends what the transport cannot: other schemes, and uploads that are too large to keep. */
  readonly platform: typeof fetch;
  /** Neither signed nor sent in a way of the user's: the platform could send it as well. */
  readonly isPlain: boolean;
  readonly headers: Headers;
  readonly signal: AbortSignal | undefined;
  readonly openTimeout: number;
  /** The limit for a handler whose service takes `usual` milliseconds to answer. */
  responseTimeout(usual: number | undefined): number;
  /** Makes the handler of a request; `undefined`: none. */
  handlerFor(request: SseRequest): SseProtocolHandler | undefined;
}

/** @throws {TransportError} `CONFIG`, naming the option */
export function readFetchOptions(options: FetchOptions): FetchSettings {
  requireObject("options", options);
  for (const name of OF_THE_CALL) {
    if (options[name] !== undefined)
      throw TransportError.config(name, "this option", "it comes from the call of fetch");
  }
  const { handler, responseTimeout, openTimeout = 0, fetch, ...connection } = options;
  if (typeof handler !== "function") readHandler(handler);
  // The URL stands for those of the calls.
  const config = new SseConfig("http://localhost/", { ...connection, fetch, responseTimeout, openTimeout });
  return {
    connection: { ...connection, client: config.client, reconnect: bounded(connection.reconnect) },
    // Looked up at each call, as a program may replace it later.
    platform: fetch ?? ((...call) => globalThis.fetch(...call)),
    isPlain: connection.auth === undefined && connection.client === undefined,
    headers: config.headers,
    signal: config.signal,
    openTimeout,
    responseTimeout: (usual) => responseTimeout ?? usual ?? RESPONSE_TIMEOUT,
    handlerFor: (request) => readHandler(typeof handler === "function" ? choose(handler, request) : handler),
  };
}

/** Backoff options with an end. A policy has its own. */
function bounded(reconnect: SseOptions["reconnect"]): SseOptions["reconnect"] {
  if (reconnect === false || hasMethod(reconnect, "delay")) return reconnect;
  const options = { ...reconnect } as ExponentialBackoffOptions;
  return { ...options, maxAttempts: options.maxAttempts ?? MOST_ATTEMPTS };
}

function choose(choice: FetchHandlerChoice, request: SseRequest): FetchHandler | undefined {
  try {
    return choice(request);
  } catch (cause) {
    throw TransportError.handler("handler", cause);
  }
}

/** The handler that is meant. @throws {TransportError} `CONFIG` for one that does not exist */
function readHandler(handler: FetchHandler | undefined): SseProtocolHandler | undefined {
  if (handler === undefined) return undefined;
  if (typeof handler === "string") {
    if (Object.hasOwn(sseHandlers, handler)) return sseHandlers[handler]();
    const names = Object.keys(sseHandlers).join(", ");
    throw TransportError.config("handler", showKind(handler), `the names are ${names}`);
  }
  checkHandler("handler", handler);
  return handler;
}
