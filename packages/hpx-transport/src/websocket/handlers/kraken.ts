import { objectWith } from "../../checks/checkers.js";
import { readOptions, type Spec } from "../../checks/options.js";
import type { WsLimits, WsOpenInfo, WsProtocolHandler, WsReading, WsSequence } from "../protocol/handler.js";
import type { WsData, WsId, WsMessage } from "../protocol/message.js";
import { Calls } from "./calls.js";
import {
  byChannel,
  failure,
  type Fields,
  fieldsOf,
  idOf,
  jsonOf,
  type Provided,
  provided,
  splitTopic,
  textOf,
  textOrFunction,
  withFields,
} from "./support.js";

/** Options of {@link KrakenWsHandler}. */
export interface KrakenWsOptions {
  /**
   * The token of the REST call GetWebSocketsToken, which private channels and requests need; a function is asked for each
   * connection. It is sent to the private channels only. @defaultValue none: public channels only
   */
  readonly token?: Provided<string> | undefined;
  /** More parameters of a channel's subscription, such as `{ book: { depth: 100 } }`. @defaultValue none */
  readonly params?: Readonly<Record<string, object>> | undefined;
}

const OPTIONS = {
  token: textOrFunction(),
  params: objectWith<Readonly<Record<string, object>>>(),
} satisfies Spec<KrakenWsOptions>;

/** Channels that need a token. */
const PRIVATE: ReadonlySet<string> = new Set(["executions", "balances", "level3"]);

/** Channels that are not subscribed to by symbols. */
const WITHOUT_SYMBOL: ReadonlySet<string> = new Set(["executions", "balances", "instrument"]);

/**
 * Kraken spot, version 2. A topic is `channel:symbol`, such as `book:BTC/USD`, or a channel alone: `executions`, `balances`,
 * `instrument`.
 *
 * The value of an update is the whole message, with `type` and `data`; that of a response is its `result`. Jumps of the
 * `sequence` of `executions` and `balances` are gaps. A book has no number but a checksum, which needs the whole book: check it
 * yourself. The channel `heartbeat`, about once a second, comes by itself with any subscription.
 *
 * Written after https://docs.kraken.com/api/docs/websocket-v2/ (subscribe, book, executions, ping, status).
 */
export class KrakenWsHandler implements WsProtocolHandler {
  /** Symbols of one message. */
  readonly limits: WsLimits = { topicsPerMessage: 100 };
  readonly #token: Provided<string> | undefined;
  readonly #params: Readonly<Record<string, object>>;
  readonly #calls = new Calls();
  /** Of the newest connection. */
  #current: string | undefined;

  /** @throws {TransportError} `CONFIG` for an option that cannot be used */
  constructor(options: KrakenWsOptions = {}) {
    const { token, params = {} } = readOptions(undefined, options, OPTIONS);
    this.#token = token;
    this.#params = params;
  }

  /** Reads an update, an answer, or a heartbeat. */
  read(data: WsData): WsReading {
    const message = fieldsOf(jsonOf(data));
    const { channel, method } = message;
    if (channel === "heartbeat") return { kind: "control", value: message };
    if (channel === "status") return { kind: "system", value: message };
    if (typeof channel === "string")
      return { kind: "update", topic: topicOf(channel, message["data"]), value: message };
    if (method === "pong") return { kind: "control", value: message };
    const id = idOf(message["req_id"]);
    if (method === "subscribe" || method === "unsubscribe") return this.#readAck(message, id);
    if (message["success"] === false || message["error"] !== undefined) {
      return {
        kind: id === undefined ? "system" : "response",
        id,
        value: message,
        error: failure(undefined, message["error"]),
      };
    }
    return { kind: id === undefined ? "unknown" : "response", id, value: message["result"] ?? message };
  }

  /** Nothing to send; a fresh token is asked for. */
  async hello(_info: WsOpenInfo): Promise<undefined> {
    if (this.#token !== undefined) this.#current = await provided(this.#token);
  }

  /** The message of a request: `{ method, params }`. The token is added where `params` is an object without one. */
  request(payload: unknown, id: WsId): string {
    const { params, ...others } = typeof payload === "string" ? {} : fieldsOf(payload);
    if (this.#current === undefined || typeof params !== "object") return withFields(payload, { req_id: id });
    return withFields({ ...others, params: { token: this.#current, ...params } }, { req_id: id });
  }

  /** A message for each channel. */
  subscribe(topics: readonly string[], id: WsId): readonly string[] {
    this.#calls.add(id, topics);
    return this.#messages("subscribe", topics, id);
  }

  /** A message for each channel. */
  unsubscribe(topics: readonly string[], id: WsId): readonly string[] {
    this.#calls.add(id, topics);
    return this.#messages("unsubscribe", topics, id);
  }

  /** The method ping; a quiet connection has no other way to tell that it lives. */
  ping(): string {
    return '{"method":"ping"}';
  }

  /** The numbers of the private channels. */
  sequence({ topic, value, epoch }: WsMessage): WsSequence | undefined {
    const { channel, sequence, type } = fieldsOf(value);
    if (topic === undefined || typeof channel !== "string" || typeof sequence !== "number") return undefined;
    // The count begins anew with each subscription.
    return { stream: `${channel} of connection ${epoch}`, last: sequence, restart: type === "snapshot" };
  }

  #messages(method: string, topics: readonly string[], id: WsId): readonly string[] {
    return [...byChannel(topics)].map(([channel, symbols]) => {
      const params: Record<string, unknown> = { channel };
      if (symbols.length > 0) params["symbol"] = symbols;
      if (method === "subscribe") Object.assign(params, this.#params[channel]);
      if (PRIVATE.has(channel) && this.#current !== undefined) params["token"] = this.#current;
      return JSON.stringify({ method, params, req_id: id });
    });
  }

  /** One answer for each symbol. An error names the symbol at most, so the channel is that of the call. */
  #readAck(message: Fields, id: WsId | undefined): WsReading {
    const { success, error } = message;
    const { channel, symbol } = fieldsOf(message["result"]);
    if (success === true && typeof channel === "string") {
      return { kind: "system", value: message, acks: [typeof symbol === "string" ? `${channel}:${symbol}` : channel] };
    }
    const told = failure(undefined, error);
    const refused = textOf(message["symbol"]);
    const topics = this.#calls.of(id).filter((topic) => splitTopic(topic).rest === refused);
    if (topics.length === 0) return { kind: "response", id, value: message, error: told };
    return { kind: "system", value: message, nacks: topics.map((topic) => ({ topic, ...told })) };
  }
}

/** Each message has the data of one symbol. */
function topicOf(channel: string, data: unknown): string {
  if (WITHOUT_SYMBOL.has(channel)) return channel;
  const { symbol } = fieldsOf(Array.isArray(data) ? data[0] : undefined);
  return typeof symbol === "string" ? `${channel}:${symbol}` : channel;
}
