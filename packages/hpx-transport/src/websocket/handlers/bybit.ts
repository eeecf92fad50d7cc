import { count } from "../../checks/checkers.js";
import { readOptions, type Spec } from "../../checks/options.js";
import type { WsLimits, WsOpenInfo, WsProtocolHandler, WsReading, WsSequence } from "../protocol/handler.js";
import type { WsData, WsGap, WsId, WsMessage } from "../protocol/message.js";
import { sign } from "./hmac.js";
import {
  failure,
  type Fields,
  fieldsOf,
  idOf,
  jsonOf,
  objectOrFunction,
  type Provided,
  provided,
  textOf,
  textsOf,
  withFields,
} from "./support.js";

/** The key of an account. */
export interface BybitCredentials {
  /** The key's public half. */
  readonly apiKey: string;
  /** The secret that signs. */
  readonly secret: string;
}

/** Options of {@link BybitWsHandler}. */
export interface BybitWsOptions {
  /** The key, or a function that gives it for each connection. @defaultValue none: public topics only */
  readonly credentials?: Provided<BybitCredentials> | undefined;
  /** Topics of one message: spot takes 10. @defaultValue 10 */
  readonly topicsPerMessage?: number | undefined;
}

const OPTIONS = {
  credentials: objectOrFunction<BybitCredentials>(),
  topicsPerMessage: count(10, "topics"),
} satisfies Spec<BybitWsOptions>;

/** Milliseconds for which a signature holds. */
const SIGNATURE_LIFETIME = 10_000;

/** The answer to a trade message while the service is restarted: the connection will be closed. */
const RESTARTING = 10_019;

/**
 * Bybit, version 5: public, private and trade connections. Topics are Bybit's own, such as `orderbook.50.BTCUSDT`.
 *
 * The value of an update is the whole message, with `type` and `data`; that of a response as well. Jumps of a book's `u` are gaps,
 * and the book is subscribed to anew, which brings a snapshot. The heartbeat is `{"op":"ping"}`. A response to an order says that
 * it was taken, not that it was done: that comes on the topic `order`.
 *
 * Written after https://bybit-exchange.github.io/docs/v5/ws/connect, /docs/v5/websocket/public/orderbook and
 * /docs/v5/websocket/trade/guideline.
 */
export class BybitWsHandler implements WsProtocolHandler {
  /** Topics of one message. */
  readonly limits: WsLimits;
  /** Whether the credentials are a function, which a refusal asks once more. */
  readonly renewable: boolean;
  /** The answer to `auth`. Missing without credentials. */
  judgeAuth?: (message: WsMessage) => "ok" | "refused" | undefined;
  readonly #credentials: Provided<BybitCredentials> | undefined;
  #lastId = 0;

  /** @throws {TransportError} `CONFIG` for an option that cannot be used */
  constructor(options: BybitWsOptions = {}) {
    const { credentials, topicsPerMessage } = readOptions(undefined, options, OPTIONS);
    this.#credentials = credentials;
    this.limits = { topicsPerMessage };
    this.renewable = typeof credentials === "function";
    if (credentials !== undefined) this.judgeAuth = judgeAuth;
  }

  /** Reads an update, or an answer in one of its forms. */
  read(data: WsData): WsReading {
    const message = fieldsOf(jsonOf(data));
    const { topic, op, success, reqId } = message;
    if (typeof topic === "string") return { kind: "update", topic, value: message };
    if (op === "pong" || message["ret_msg"] === "pong") return { kind: "control", value: message };
    if (op === "auth") return { kind: "system", value: message };
    if (message["retCode"] !== undefined) return readTrade(message, idOf(reqId));
    if (message["type"] === "COMMAND_RESP") return readCommand(message);
    const id = idOf(message["req_id"]);
    if (success === undefined) return { kind: "unknown", value: message };
    if (success === true) return { kind: "response", id, value: message };
    return { kind: "response", id, value: message, error: failure(message["ret_code"], message["ret_msg"]) };
  }

  /** Text, as Bybit's `req_id` is. */
  nextId(): string {
    return `${(this.#lastId += 1)}`;
  }

  /** `auth`, signed with a time that is soon over. */
  async authenticate(_info: WsOpenInfo): Promise<string | undefined> {
    if (this.#credentials === undefined) return undefined;
    const { apiKey, secret } = await provided(this.#credentials);
    const expires = Date.now() + SIGNATURE_LIFETIME;
    return JSON.stringify({ op: "auth", args: [apiKey, expires, await sign(secret, `GET/realtime${expires}`, "hex")] });
  }

  /** The message of a request on a trade connection: `{ op, header, args }`. */
  request(payload: unknown, id: WsId): string {
    return withFields(payload, { reqId: id });
  }

  /** The message that subscribes. */
  subscribe(topics: readonly string[], id: WsId): string {
    return JSON.stringify({ req_id: id, op: "subscribe", args: topics });
  }

  /** The message that ends subscriptions. */
  unsubscribe(topics: readonly string[], id: WsId): string {
    return JSON.stringify({ req_id: id, op: "unsubscribe", args: topics });
  }

  /** `{"op":"ping"}`, which Bybit asks for every 20 seconds. */
  ping(): string {
    return '{"op":"ping"}';
  }

  /** The update ids of a book; 1 after a restart of the service. */
  sequence({ topic, value }: WsMessage): WsSequence | undefined {
    if (topic?.startsWith("orderbook.") !== true) return undefined;
    const { type, data } = fieldsOf(value);
    const { u } = fieldsOf(data);
    if (typeof u !== "number") return undefined;
    return { stream: topic, last: u, restart: type === "snapshot" || u === 1 };
  }

  /** A new subscription brings a snapshot of the book. */
  judgeGap({ topic, reason }: WsGap): "resubscribe" | undefined {
    return reason === "sequence" && topic.startsWith("orderbook.") ? "resubscribe" : undefined;
  }
}

function judgeAuth({ value }: WsMessage): "ok" | "refused" | undefined {
  const { op, success, retCode } = fieldsOf(value);
  if (op !== "auth") return undefined;
  return success === true || retCode === 0 ? "ok" : "refused";
}

/** The answer on a trade connection. */
function readTrade(message: Fields, id: WsId | undefined): WsReading {
  const { retCode, retMsg } = message;
  if (retCode === 0) return { kind: "response", id, value: message };
  const verdict = retCode === RESTARTING ? "reconnect" : undefined;
  return { kind: "response", id, value: message, error: failure(retCode, retMsg), verdict };
}

/** The answer of the options' connection, which has no id: it lists what it took and what it did not. */
function readCommand(message: Fields): WsReading {
  const { successTopics, failTopics } = fieldsOf(message["data"]);
  const reason = textOf(message["ret_msg"]) || "among the failTopics";
  const nacks = (textsOf(failTopics) ?? []).map((topic) => ({ topic, ...failure(undefined, reason) }));
  return { kind: "system", value: message, acks: textsOf(successTopics), nacks };
}
