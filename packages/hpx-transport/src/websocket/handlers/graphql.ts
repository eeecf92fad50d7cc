import { flag } from "../../checks/checkers.js";
import { readOptions, type Spec } from "../../checks/options.js";
import type { WsLimits, WsOpenInfo, WsProtocolHandler, WsReading } from "../protocol/handler.js";
import type { WsData, WsId, WsMessage } from "../protocol/message.js";
import type { WsCloseVerdict } from "../protocol/verdict.js";
import { failure, fieldsOf, idOf, jsonOf, objectOrFunction, type Provided, provided } from "./support.js";

/** Options of {@link GraphQlTransportWsHandler}. */
export interface GraphQlTransportWsOptions {
  /** The payload of `connection_init`, such as a token; a function is asked for each connection. @defaultValue none */
  readonly connectionParams?: Provided<object> | undefined;
  /** Heartbeats are the protocol's own `ping`; `false`: ping frames, for servers that do not know it. @defaultValue true */
  readonly pingMessages?: boolean | undefined;
}

const OPTIONS = {
  connectionParams: objectOrFunction<object>(),
  pingMessages: flag(true),
} satisfies Spec<GraphQlTransportWsOptions>;

/** Close codes of the protocol, and whether another try may help. */
const CLOSE_CODES: Readonly<Record<number, WsCloseVerdict>> = {
  4400: { error: "BadRequest", code: 4400 },
  4401: { error: "Unauthorized", code: 4401 },
  4403: { error: "Forbidden", code: 4403 },
  4406: { error: "SubprotocolNotAcceptable", code: 4406 },
  4408: { error: "ConnectionInitialisationTimeout", code: 4408, retryable: true },
  4409: { error: "SubscriberAlreadyExists", code: 4409, retryable: true },
  4429: { error: "TooManyInitialisationRequests", code: 4429 },
  4499: { error: "Terminated", code: 4499, retryable: true },
  4500: { error: "InternalServerError", code: 4500, retryable: true },
  4504: { error: "ConnectionAcknowledgementTimeout", code: 4504, retryable: true },
};

/**
 * GraphQL over WebSocket: the subprotocol `graphql-transport-ws`. A topic is a subscription's query, or the JSON of an
 * operation: `{"query":"subscription($id:ID!){…}","variables":{"id":"1"}}`. `handle.request` takes an operation, or a query.
 *
 * The value of an update and of a response is the result, with `data` and `errors`. A subscription ends when the server
 * completes it, and fails when the server answers with an error.
 *
 * Written after https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md.
 */
export class GraphQlTransportWsHandler implements WsProtocolHandler {
  /** `graphql-transport-ws`. */
  readonly protocols: readonly string[] = ["graphql-transport-ws"];
  /** One operation a message. */
  readonly limits: WsLimits = { topicsPerMessage: 1 };
  /** The protocol does not answer a subscription until it has a result. */
  readonly acknowledges = false;
  /** Whether `connectionParams` is a function, which a refusal asks once more. */
  readonly renewable: boolean;
  readonly #connectionParams: Provided<object> | undefined;
  readonly #pingMessages: boolean;
  /** Operations that are subscriptions, by their id. */
  readonly #topics = new Map<WsId, string>();
  readonly #ids = new Map<string, WsId>();
  #lastId = 0;

  /** @throws {TransportError} `CONFIG` for an option that cannot be used */
  constructor(options: GraphQlTransportWsOptions = {}) {
    const { connectionParams, pingMessages } = readOptions(undefined, options, OPTIONS);
    this.#connectionParams = connectionParams;
    this.#pingMessages = pingMessages;
    this.renewable = typeof connectionParams === "function";
  }

  /** Reads a message by its type. */
  read(data: WsData): WsReading {
    const message = fieldsOf(jsonOf(data));
    const { type, payload } = message;
    const id = idOf(message["id"]);
    const topic = id === undefined ? undefined : this.#topics.get(id);
    switch (type) {
      case "next":
        if (topic !== undefined) return { kind: "update", topic, value: payload };
        return { kind: "response", id, value: payload };
      case "error": {
        const [first] = Array.isArray(payload) ? payload : [];
        const error = failure(fieldsOf(fieldsOf(first)["extensions"])["code"], fieldsOf(first)["message"]);
        if (topic === undefined) return { kind: "response", id, value: payload, error };
        this.#forget(topic);
        return { kind: "system", value: payload, nacks: [{ topic, ...error }] };
      }
      case "complete":
        if (topic === undefined) return { kind: "control", value: message };
        this.#forget(topic);
        return { kind: "system", value: message, ended: [topic] };
      case "connection_ack":
        return { kind: "system", value: message };
      case "ping":
      case "pong":
        return { kind: "control", value: message };
      default:
        return { kind: "unknown", value: message };
    }
  }

  /** Text, as the protocol's ids are. */
  nextId(): string {
    return `${(this.#lastId += 1)}`;
  }

  /** `connection_init`. */
  async authenticate(_info: WsOpenInfo): Promise<string> {
    const payload = this.#connectionParams && (await provided(this.#connectionParams));
    return JSON.stringify({ type: "connection_init", payload });
  }

  /** `connection_ack`. A refusal closes the connection. */
  judgeAuth({ value }: WsMessage): "ok" | undefined {
    return fieldsOf(value)["type"] === "connection_ack" ? "ok" : undefined;
  }

  /** A query or a mutation. */
  request(payload: unknown, id: WsId): string {
    return subscribeMessage(typeof payload === "string" ? operationOf(payload) : payload, id);
  }

  /** A subscription. */
  subscribe(topics: readonly string[], id: WsId): readonly string[] {
    return topics.map((topic) => {
      this.#forget(topic);
      this.#topics.set(id, topic);
      this.#ids.set(topic, id);
      return subscribeMessage(operationOf(topic), id);
    });
  }

  /** `complete`, with the id of the subscription. */
  unsubscribe(
    topics: readonly string[],
    _id: WsId,
    subscriptionOf: (topic: string) => WsId | undefined,
  ): readonly string[] {
    return topics.flatMap((topic) => {
      const id = subscriptionOf(topic) ?? this.#ids.get(topic);
      this.#forget(topic);
      return id === undefined ? [] : [JSON.stringify({ id, type: "complete" })];
    });
  }

  /** `ping`, or a ping frame. */
  ping(): string {
    return this.#pingMessages ? '{"type":"ping"}' : "frame";
  }

  /** `pong` for the server's `ping`. */
  pong({ value }: WsMessage): string | undefined {
    return fieldsOf(value)["type"] === "ping" ? '{"type":"pong"}' : undefined;
  }

  /** The close codes of the protocol. */
  judgeClose(code: number): WsCloseVerdict | undefined {
    return CLOSE_CODES[code];
  }

  #forget(topic: string): void {
    const id = this.#ids.get(topic);
    if (id === undefined) return;
    this.#ids.delete(topic);
    this.#topics.delete(id);
  }
}

/** The operation of a topic: its JSON, or the query that it is. A query may begin with a brace as well. */
function operationOf(topic: string): unknown {
  const operation = topic.trimStart().startsWith("{") ? jsonOf(topic) : undefined;
  return operation ?? { query: topic };
}

function subscribeMessage(payload: unknown, id: WsId): string {
  return JSON.stringify({ id, type: "subscribe", payload });
}
