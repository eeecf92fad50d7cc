import { count } from "../../checks/checkers.js";
import { readOptions, type Spec } from "../../checks/options.js";
import type { WsLimits, WsProtocolHandler, WsReading, WsSequence } from "../protocol/handler.js";
import type { WsData, WsId, WsMessage } from "../protocol/message.js";
import { failure, type Fields, fieldsOf, idOf, jsonOf, numberOf, textOf, withFields } from "./support.js";

/** Options of {@link BinanceWsHandler}: the limits of the service that you connect to. */
export interface BinanceWsOptions {
  /** Messages a second, pings and pongs included: 5 for spot, 10 for futures. @defaultValue 5 */
  readonly messagesPerSecond?: number | undefined;
  /** Streams of one connection. @defaultValue 1024 */
  readonly topicsPerConnection?: number | undefined;
}

const OPTIONS = {
  messagesPerSecond: count(5, "messages"),
  topicsPerConnection: count(1024, "streams"),
} satisfies Spec<BinanceWsOptions>;

const DAY = 24 * 60 * 60 * 1000;

/** The end of a stream's name for an event, as far as the event says it. */
const STREAM_OF: Readonly<Record<string, string>> = {
  trade: "trade",
  aggTrade: "aggTrade",
  "24hrTicker": "ticker",
  "24hrMiniTicker": "miniTicker",
  depthUpdate: "depth",
  avgPrice: "avgPrice",
  markPriceUpdate: "markPrice",
  forceOrder: "forceOrder",
  bookTicker: "bookTicker",
};

/**
 * Binance: market data streams of spot and futures, and the WebSocket API. Topics are names of streams, such as
 * `btcusdt@trade`.
 *
 * Connect to `/stream`, where each event names its stream. On `/ws` the stream is found by the event's type and symbol, which
 * partial books do not have. The value of an update is the event, without its envelope; that of a response is its `result`.
 *
 * - `serverShutdown` and the service's limit of 24 hours: the connection is replaced before
 * - depth: jumps of the update ids are told as gaps; take a new snapshot then, which Binance gives by REST only
 *
 * Written after https://github.com/binance/binance-spot-api-docs (web-socket-streams.md, web-socket-api.md).
 */
export class BinanceWsHandler implements WsProtocolHandler {
  /** 5 messages a second, 1024 streams, 24 hours. */
  readonly limits: WsLimits;
  /** The topic of events that do not name it, by symbol and kind: `btcusdt@depth` for `btcusdt@depth@100ms`. */
  readonly #topics = new Map<string, string>();

  /** @throws {TransportError} `CONFIG` for an option that cannot be used */
  constructor(options: BinanceWsOptions = {}) {
    // Names of 200 streams stay far below the size of a message that the service reads.
    this.limits = { topicsPerMessage: 200, lifetime: DAY, ...readOptions(undefined, options, OPTIONS) };
  }

  /** Reads an event, with or without its envelope, or a response. */
  read(data: WsData): WsReading {
    const message = fieldsOf(jsonOf(data));
    const { stream } = message;
    if (typeof stream === "string") return readEvent(message["data"], stream);
    if (message["result"] !== undefined || message["error"] !== undefined || message["code"] !== undefined) {
      return readResponse(message);
    }
    // The WebSocket API answers some requests without a result; its events come in an envelope of their own.
    if (message["status"] !== undefined) return readResponse(message);
    if (typeof message["event"] === "object") return readEvent(message["event"], undefined);
    return readEvent(message, this.#topicOf(message));
  }

  /** The message of a request: `{ method, params }`. */
  request(payload: unknown, id: WsId): string {
    return withFields(payload, { id });
  }

  /** SUBSCRIBE. */
  subscribe(topics: readonly string[], id: WsId): string {
    for (const topic of topics) this.#topics.set(topic.split("@", 2).join("@"), topic);
    return JSON.stringify({ method: "SUBSCRIBE", params: topics, id });
  }

  /** UNSUBSCRIBE. */
  unsubscribe(topics: readonly string[], id: WsId): string {
    for (const topic of topics) this.#topics.delete(topic.split("@", 2).join("@"));
    return JSON.stringify({ method: "UNSUBSCRIBE", params: topics, id });
  }

  /** The update ids of a depth event: `U` to `u`, and in futures `pu`, the one before. */
  sequence({ topic, value }: WsMessage): WsSequence | undefined {
    const { e, U, u, pu } = fieldsOf(value);
    if (topic === undefined || e !== "depthUpdate" || typeof u !== "number") return undefined;
    return { stream: topic, first: numberOf(U), last: u, previous: numberOf(pu) };
  }

  #topicOf({ e, s, b, a, k }: Fields): string | undefined {
    const symbol = textOf(s)?.toLowerCase();
    if (symbol === undefined) return undefined;
    // The book ticker of spot names no type.
    const type = textOf(e) ?? (b !== undefined && a !== undefined ? "bookTicker" : "");
    const kind = type === "kline" ? `kline_${textOf(fieldsOf(k)["i"])}` : STREAM_OF[type];
    return this.#topics.get(`${symbol}@${kind}`);
  }
}

function readEvent(value: unknown, topic: string | undefined): WsReading {
  const { e } = fieldsOf(value);
  if (e === "serverShutdown") return { kind: "system", value, verdict: "reconnect" };
  if (e === undefined && topic === undefined) return { kind: "unknown", value };
  return { kind: "update", topic, value };
}

function readResponse(message: Fields): WsReading {
  const id = idOf(message["id"]);
  const { status, result } = message;
  const isRefused = typeof status === "number" && status >= 400;
  const error = message["error"] ?? (message["code"] !== undefined || isRefused ? message : undefined);
  const kind = id === undefined ? "system" : "response";
  if (error === undefined) return { kind, id, value: result };
  const { code, msg } = fieldsOf(error);
  return { kind, id, value: error, error: failure(code ?? status, msg) };
}
