import { fn, oneOf } from "../../checks/checkers.js";
import { readOptions, type Spec } from "../../checks/options.js";
import type { WsLimits, WsProtocolHandler, WsReading } from "../protocol/handler.js";
import type { WsData, WsId } from "../protocol/message.js";
import { failure, type Fields, fieldsOf, idOf, jsonOf, textOf, withFields } from "./support.js";

/** A call: its method and its parameters. */
export interface JsonRpcCall {
  /** The method. */
  readonly method: string;
  /** Its parameters. @defaultValue none */
  readonly params?: unknown;
}

/** Options of {@link JsonRpcHandler}. */
export interface JsonRpcOptions {
  /**
   * How topics become calls. `"ethereum"`: `eth_subscribe` with the topic as its parameter, such as `newHeads`. `"solana"`: the
   * topic is the method, such as `slotSubscribe`. In both, a topic with parameters is a JSON list:
   * `["logs",{"address":"0x…"}]`, `["accountSubscribe","4Nd1…",{"commitment":"finalized"}]`. @defaultValue `"ethereum"`
   */
  readonly dialect?: "ethereum" | "solana" | undefined;
  /** The call that subscribes to a topic. @defaultValue that of the dialect */
  readonly subscribe?: ((topic: string) => JsonRpcCall) | undefined;
  /** The call that ends a subscription, by the server's id of it. @defaultValue that of the dialect */
  readonly unsubscribe?: ((subscription: WsId, topic: string) => JsonRpcCall) | undefined;
}

const OPTIONS = {
  dialect: oneOf(["ethereum", "solana"], "ethereum"),
  subscribe: fn<JsonRpcOptions["subscribe"]>(undefined),
  unsubscribe: fn<JsonRpcOptions["unsubscribe"]>(undefined),
} satisfies Spec<JsonRpcOptions>;

/**
 * JSON-RPC 2.0 with subscriptions to which the server gives an id: Ethereum's `eth_subscribe`, and Solana. The server's ids hold
 * for one connection; topics keep their names over reconnects.
 *
 * The value of a response is its `result`, that of an update the `params.result`. `handle.request` takes
 * `{ method, params }`, or the JSON text of it, where numbers stay as they are.
 *
 * Written after https://www.jsonrpc.org/specification, https://geth.ethereum.org/docs/interacting-with-geth/rpc/pubsub and
 * https://solana.com/docs/rpc/websocket.
 */
export class JsonRpcHandler implements WsProtocolHandler {
  /** One topic a call: each has an answer of its own. */
  readonly limits: WsLimits = { topicsPerMessage: 1 };
  readonly #subscribe: (topic: string) => JsonRpcCall;
  readonly #unsubscribe: (subscription: WsId, topic: string) => JsonRpcCall;

  /** @throws {TransportError} `CONFIG` for an option that cannot be used */
  constructor(options: JsonRpcOptions = {}) {
    const { dialect, subscribe, unsubscribe } = readOptions(undefined, options, OPTIONS);
    this.#subscribe = subscribe ?? DIALECTS[dialect].subscribe;
    this.#unsubscribe = unsubscribe ?? DIALECTS[dialect].unsubscribe;
  }

  /** Reads a response, a notification, or a list of them. */
  read(data: WsData): WsReading | readonly WsReading[] {
    const value = jsonOf(data);
    return Array.isArray(value) ? value.map((item) => readOne(fieldsOf(item))) : readOne(fieldsOf(value));
  }

  /** The message of a request. */
  request(payload: unknown, id: WsId): string {
    return withFields(payload, { jsonrpc: "2.0", id });
  }

  /** The call that subscribes to a topic. */
  subscribe(topics: readonly string[], id: WsId): readonly string[] {
    return topics.map((topic) => call(this.#subscribe(topic), id));
  }

  /** The call that ends a subscription. */
  unsubscribe(
    topics: readonly string[],
    id: WsId,
    subscriptionOf: (topic: string) => WsId | undefined,
  ): readonly string[] {
    return topics.flatMap((topic) => {
      const subscription = subscriptionOf(topic);
      return subscription === undefined ? [] : [call(this.#unsubscribe(subscription, topic), id)];
    });
  }

  /** The id that the server gave a subscription: the `result` of the answer. */
  subscriptionId(value: unknown): WsId | undefined {
    return idOf(value);
  }
}

function readOne(message: Fields): WsReading {
  const { id: rawId, method, error } = message;
  if (typeof method === "string") {
    const { subscription, result } = fieldsOf(message["params"]);
    const of = idOf(subscription);
    return of === undefined ? { kind: "system", value: message } : { kind: "update", subscription: of, value: result };
  }
  const id = idOf(rawId);
  if (error !== undefined && error !== null) {
    const { code, message: text } = fieldsOf(error);
    return { kind: id === undefined ? "system" : "response", id, value: error, error: failure(code, text) };
  }
  return id === undefined ? { kind: "unknown", value: message } : { kind: "response", id, value: message["result"] };
}

function call({ method, params }: JsonRpcCall, id: WsId): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

const DIALECTS = {
  ethereum: {
    subscribe: (topic: string): JsonRpcCall => ({ method: "eth_subscribe", params: parts(topic) }),
    unsubscribe: (subscription: WsId): JsonRpcCall => ({ method: "eth_unsubscribe", params: [subscription] }),
  },
  solana: {
    subscribe(topic: string): JsonRpcCall {
      const [method, ...params] = parts(topic);
      return { method: textOf(method) ?? "", params };
    },
    unsubscribe(subscription: WsId, topic: string): JsonRpcCall {
      const [method] = parts(topic);
      return { method: (textOf(method) ?? "").replace(/Subscribe$/, "Unsubscribe"), params: [subscription] };
    },
  },
};

/** A topic as a list: itself, or the list that its JSON is. */
function parts(topic: string): readonly unknown[] {
  const list = topic.startsWith("[") ? jsonOf(topic) : undefined;
  return Array.isArray(list) ? list : [topic];
}
