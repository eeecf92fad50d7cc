import { readOptions, type Spec } from "../../checks/options.js";
import type { WsLimits, WsProtocolHandler, WsReading, WsSequence } from "../protocol/handler.js";
import type { WsData, WsId, WsMessage } from "../protocol/message.js";
import {
  byChannel,
  failure,
  type Fields,
  fieldsOf,
  jsonOf,
  type Provided,
  provided,
  textOf,
  textOrFunction,
  textsOf,
} from "./support.js";

/** Options of {@link CoinbaseWsHandler}. */
export interface CoinbaseWsOptions {
  /**
   * A JSON Web Token, which lives two minutes: a function is asked for each subscribe and unsubscribe message.
   *
   * @defaultValue none: public channels only
   */
  readonly jwt?: Provided<string> | undefined;
}

const OPTIONS = { jwt: textOrFunction() } satisfies Spec<CoinbaseWsOptions>;

/** Channels whose updates have another name. */
const RENAMED: Readonly<Record<string, string>> = { l2_data: "level2" };

/** Where the events of a channel name their products. */
const LISTS = ["tickers", "trades", "candles", "products", "updates"] as const;

/**
 * Coinbase Advanced Trade. A topic is `channel:product`, such as `level2:BTC-USD`, or a channel alone: `heartbeats`, `user`.
 *
 * The value of an update is the whole message. Its `sequence_num` counts every message of a connection, so a jump tells that one
 * was lost on that connection. Subscribe to `heartbeats` too: Coinbase closes channels that are quiet for a minute.
 *
 * Errors come without a hint at their cause: what was asked for and has no answer yet counts as refused.
 *
 * Written after https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-overview (and
 * websocket-channels).
 */
export class CoinbaseWsHandler implements WsProtocolHandler {
  /** 8 messages a second. */
  readonly limits: WsLimits = { messagesPerSecond: 8, topicsPerMessage: 100 };
  /** The answer lists what is subscribed, and names no message: a topic that was left is free at once. */
  readonly acknowledgesUnsubscribe = false;
  readonly #jwt: Provided<string> | undefined;
  /** Asked for, without an answer. */
  readonly #pending = new Set<string>();
  /** The numbers of the last messages in a row that are no updates: from `start` up to, but without, `end`. */
  #others = { start: 0, end: 0 };

  /** @throws {TransportError} `CONFIG` for an option that cannot be used */
  constructor(options: CoinbaseWsOptions = {}) {
    this.#jwt = readOptions(undefined, options, OPTIONS).jwt;
  }

  /** Reads an update, the list of subscriptions, or an error. */
  read(data: WsData): WsReading | readonly WsReading[] {
    const message = fieldsOf(jsonOf(data));
    const { channel: rawChannel, events } = message;
    if (message["type"] === "error") return this.#readError(message);
    if (typeof rawChannel !== "string") return { kind: "unknown", value: message };
    if (rawChannel === "subscriptions") return this.#readSubscriptions(message, events);
    const channel = RENAMED[rawChannel] ?? rawChannel;
    const topics = topicsOf(channel, events);
    const [first = channel] = topics;
    if (topics.size < 2) return { kind: "update", topic: first, value: message };
    return [...topics].map((topic) => ({ kind: "update", topic, value: message }));
  }

  /** A message for each channel, each with a fresh token. */
  async subscribe(topics: readonly string[], _id: WsId): Promise<readonly string[]> {
    for (const topic of topics) this.#pending.add(topic);
    return await this.#messages("subscribe", topics);
  }

  /** A message for each channel. */
  async unsubscribe(topics: readonly string[], _id: WsId): Promise<readonly string[]> {
    for (const topic of topics) this.#pending.delete(topic);
    return await this.#messages("unsubscribe", topics);
  }

  /** The number of the message on its connection. */
  sequence({ value, epoch }: WsMessage): WsSequence | undefined {
    const { sequence_num: last } = fieldsOf(value);
    if (typeof last !== "number") return undefined;
    const { start, end } = this.#others;
    return { stream: `connection ${epoch}`, first: end === last ? start : last, last, restart: last === 0 };
  }

  async #messages(type: string, topics: readonly string[]): Promise<readonly string[]> {
    const messages: string[] = [];
    for (const [channel, products] of byChannel(topics)) {
      const message: Record<string, unknown> = { type, channel };
      if (products.length > 0) message["product_ids"] = products;
      if (this.#jwt !== undefined) message["jwt"] = await provided(this.#jwt);
      messages.push(JSON.stringify(message));
    }
    return messages;
  }

  #readSubscriptions(message: Fields, events: unknown): WsReading {
    const number = message["sequence_num"];
    if (typeof number === "number") {
      this.#others = { start: this.#others.end === number ? this.#others.start : number, end: number + 1 };
    }
    const [event] = Array.isArray(events) ? events : [];
    const acks = Object.entries(fieldsOf(fieldsOf(event)["subscriptions"])).flatMap(([channel, products]) => [
      channel,
      ...(textsOf(products) ?? []).map((product) => `${channel}:${product}`),
    ]);
    for (const topic of acks) this.#pending.delete(topic);
    return { kind: "system", value: message, acks };
  }

  #readError(message: Fields): WsReading {
    const error = failure(undefined, message["message"]);
    const nacks = [...this.#pending].map((topic) => ({ topic, ...error }));
    this.#pending.clear();
    return { kind: "system", value: message, nacks };
  }
}

/** The topics of a message: one for each product in it, or the channel. */
function topicsOf(channel: string, events: unknown): ReadonlySet<string> {
  const topics = new Set<string>();
  for (const event of Array.isArray(events) ? events : []) {
    const fields = fieldsOf(event);
    const product = textOf(fields["product_id"]);
    if (product !== undefined) topics.add(`${channel}:${product}`);
    else for (const name of LISTS) addProducts(topics, channel, fields[name]);
  }
  return topics;
}

function addProducts(topics: Set<string>, channel: string, list: unknown): void {
  for (const item of Array.isArray(list) ? list : []) {
    const product = textOf(fieldsOf(item)["product_id"]);
    if (product !== undefined) topics.add(`${channel}:${product}`);
  }
}
