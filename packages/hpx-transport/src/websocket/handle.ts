import { show, showKind } from "../checks/check.js";
import { check, count, milliseconds, oneOf } from "../checks/checkers.js";
import { readOptions, type Spec } from "../checks/options.js";
import { abortSignal } from "../checks/request.js";
import type { SocketState } from "../connection/state.js";
import { TransportError } from "../error.js";
import type { WsOverflow } from "./config/options.js";
import type { WsCore } from "./core.js";
import type { WsData } from "./protocol/message.js";
import { checkSchema, validated, type WsSchema } from "./schema.js";

import type { WsStats } from "./stats.js";
import { WsSubscription } from "./subscription.js";

/** Options of {@link WsHandle.request}. */
export interface WsRequestOptions<T = unknown> {
  /** The longest time to the response, in milliseconds; 0 means no limit. @defaultValue the option `requestTimeout` */
  timeout?: number | undefined;
  /** Gives the request up; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Checks the response: any Standard Schema. */
  schema?: WsSchema<T> | undefined;
  /** Where there is no connection: wait for one, within the time of the request, or reject at once. @defaultValue `"wait"` */
  whenDown?: "wait" | "reject" | undefined;
}

/** Options of {@link WsHandle.subscribe}. */
export interface WsSubscribeOptions {
  /** How many unread messages fill its buffer. @defaultValue the connection's */
  eventCapacity?: number | undefined;
  /** The reaction to a full buffer. @defaultValue the connection's */
  overflow?: WsOverflow | undefined;
  /** Ends the subscription; its loop throws the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** Options of {@link WsHandle.send}. */
export interface WsSendOptions {
  /** Where there is no connection: reject at once, or wait for one. @defaultValue `"reject"` */
  whenDown?: "wait" | "reject" | undefined;
}

const WHEN_DOWN = ["wait", "reject"] as const;

const REQUEST_TABLE = {
  timeout: milliseconds(),
  signal: abortSignal(),
  schema: (_field: string, value: unknown) => value as WsSchema<unknown> | undefined,
  whenDown: oneOf(WHEN_DOWN, "wait"),
} satisfies Spec<WsRequestOptions>;

const SUBSCRIBE_TABLE = {
  eventCapacity: count(undefined, "messages"),
  overflow: oneOf(["wait", "drop-oldest", "keep-latest", "error"]),
  signal: abortSignal(),
} satisfies Spec<WsSubscribeOptions>;

const SEND_TABLE = { whenDown: oneOf(WHEN_DOWN, "reject") } satisfies Spec<WsSendOptions>;

const SEND_DEFAULTS = /* @__PURE__ */ readOptions("send", {}, SEND_TABLE);

const checkData = check(
  "it takes a string or a Uint8Array",
  (value): value is WsData => typeof value === "string" || value instanceof Uint8Array,
);

/**
 * The control side of a connection: requests, subscriptions, messages. It may be shared and kept: dropping it ends nothing.
 */
export class WsHandle {
  readonly #core: WsCore;

  /** Handles come from {@link WsConnection}. @internal */
  constructor(core: WsCore) {
    this.#core = core;
  }

  /**
   * Sends a request, and resolves with the value of its response. It is sent once, on one socket: never a second time, and never
   * after it was given up.
   *
   * Rejects with `REQUEST_FAILED` (the server answered with an error), `REQUEST_TIMEOUT`, `REQUEST_LOST` (the socket ended
   * before the response came; `details.sent` says whether the server may have acted), `CAPACITY`, `WS_PARSE` (the schema does
   * not take the response), `HANDLER`, `CONFIG`, or the signal's reason.
   */
  async request<T = unknown>(payload: unknown, options: WsRequestOptions<T> = {}): Promise<T> {
    const core = this.#core;
    const {
      timeout = core.settings.requestTimeout,
      signal,
      whenDown,
      schema,
    } = readOptions("request", options, REQUEST_TABLE);
    checkSchema(schema);
    if (core.hooks.handler.request === undefined) {
      throw TransportError.config("handler", "a handler without request()", "requests need one that makes them");
    }
    if (this.#isClosed) throw TransportError.requestLost(undefined, false, this.#core.closedError("nothing is sent"));
    const { current } = core.sessions;
    if (current === undefined && whenDown === "reject") throw TransportError.requestLost(undefined, false);
    const value = await core.requests.send(payload, { timeout, signal }, current);
    return validated(schema as WsSchema<T> | undefined, value);
  }

  /**
   * Subscribes to a topic, or to several, at once: `await subscription.ready` waits for the server. A topic that is subscribed
   * to already is shared, and no message is sent for it. Topics stay subscribed over reconnects.
   *
   * The subscription ends with `SUBSCRIPTION_FAILED` where the server refuses a topic, and with `CAPACITY` where the service
   * allows no more.
   *
   * @throws {TransportError} `CONFIG` for topics that are no names, or an option that cannot be used
   */
  subscribe(topics: string | readonly string[], options: WsSubscribeOptions = {}): WsSubscription {
    const { signal, eventCapacity, overflow } = readOptions("subscribe", options, SUBSCRIBE_TABLE);
    const list = topicsOf(topics);
    const { registry, sessions, backend } = this.#core;
    if (overflow === "wait" && backend.lacks?.includes("pause") === true) {
      throw TransportError.config("subscribe.overflow", '"wait"', "this runtime's WebSocket cannot be paused");
    }
    const subscriber = registry.subscribe(
      list,
      { eventCapacity, overflow },
      (topic) => sessions.current?.wire.isActive(topic) === true,
      () => this.#core.closedError("nothing more will come"),
    );
    return new WsSubscription(this.#core, subscriber, signal);
  }

  /**
   * Sends a message as it is. Resolves when the operating system has taken it, which does not say that the server has it. Where
   * as much waits as `sendBufferSize` allows, it waits for room.
   *
   * Rejects with `REQUEST_LOST` where there is no connection, or it is lost before the message was taken (`details.sent` says
   * whether it may have arrived), and with `CAPACITY` where too much waits for room.
   */
  async send(data: WsData, options?: WsSendOptions): Promise<void> {
    checkData("data", data);
    const { whenDown } = options === undefined ? SEND_DEFAULTS : readOptions("send", options, SEND_TABLE);
    if (this.#isClosed) throw TransportError.requestLost(undefined, false, this.#core.closedError("nothing is sent"));
    return this.#core.sends.send(data, whenDown);
  }

  /**
   * Sends a message where there is a connection with room for it, without a promise. `false`: it is not sent.
   *
   * @throws {TransportError} `CONFIG` where `data` is neither text nor bytes
   */
  trySend(data: WsData): boolean {
    checkData("data", data);
    return this.#core.sends.trySend(data);
  }

  /**
   * Ends the connection, in any state: nothing more is delivered from now on, and all loops end. The server gets a close frame,
   * and `closeTimeout` to answer it. It never waits for consumers, so it may be called in loops and hooks, and more than once.
   *
   * @throws {TransportError} `CONFIG` for a code that is neither 1000 nor 3000 to 4999, or a reason of over 123 bytes
   */
  close(code: number = 1000, reason: string = ""): Promise<void> {
    checkClose(code, reason);
    this.#core.farewell ??= { code, reason };
    return this.#core.loop.close();
  }

  /**
   * Drops the connection and makes a new one now; during backoff it cuts the wait short. Calls while one is under way join it.
   * `reason` is for the log. Resolves when connected again. Rejects when the connection is closed instead.
   */
  reconnect(reason?: string): Promise<void> {
    return this.#core.reconnect(reason);
  }

  /** Where the connection is in its life. */
  get state(): SocketState {
    return this.#core.loop.state;
  }

  /** Counts and times of the connection so far, as a snapshot. Stays readable after the end. */
  get stats(): WsStats {
    return this.#core.stats();
  }

  /** Resolves when the connection is over and its sockets are gone; never rejects. */
  get closed(): Promise<void> {
    return this.#core.loop.closed;
  }

  /** The number of the socket that is in use, or of the last one, counted from 1; 0 before the first. */
  get epoch(): number {
    const { sessions, counters } = this.#core;
    return sessions.current?.epoch ?? counters.epoch;
  }

  /** The topics that are subscribed to, in the order of their first subscription. */
  get topics(): readonly string[] {
    return this.#core.registry.topics;
  }

  /** How much content waits to be sent, in characters or bytes, what the socket holds included. */
  get buffered(): number {
    const { sessions, sends } = this.#core;
    return sends.waiting + (sessions.current?.outbox.size ?? 0);
  }

  /** How many requests have no response yet. */
  get pending(): number {
    return this.#core.requests.size;
  }

  get #isClosed(): boolean {
    return this.#core.loop.state.status === "closed";
  }
}

/** @throws {TransportError} `CONFIG` */
function topicsOf(topics: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(topics) ? topics : [topics];
  if (list.length === 0) throw TransportError.config("topics", "an empty array", "it takes a topic, or several");
  for (const topic of list) {
    if (typeof topic === "string" && topic !== "") continue;
    throw TransportError.config(
      "topics",
      topic === "" ? '""' : showKind(topic),
      "a topic is a string that is not empty",
    );
  }
  return [...new Set(list as string[])];
}

/** The codes that an application may send (RFC 6455, section 7.4), and the length of a control frame. */
function checkClose(code: unknown, reason: unknown): void {
  const isCode = code === 1000 || (Number.isInteger(code) && Number(code) >= 3000 && Number(code) <= 4999);
  if (!isCode) throw TransportError.config("code", show(code), "it takes 1000, or a whole number from 3000 to 4999");
  if (typeof reason === "string" && new TextEncoder().encode(reason).length <= 123) return;
  throw TransportError.config("reason", showKind(reason), "it takes a string of at most 123 bytes");
}
