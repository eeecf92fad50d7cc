import { count } from "../../checks/checkers.js";
import { readOptions, type Spec } from "../../checks/options.js";
import type { WsOpenInfo, WsProtocolHandler, WsReading, WsSequence } from "../protocol/handler.js";
import type { WsData, WsGap, WsId, WsMessage } from "../protocol/message.js";
import { Calls } from "./calls.js";
import {
  failure,
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

/** The parameters of Deribit's `public/auth`, in one of its forms. */
export type DeribitCredentials =
  | {
      /** The client's id. */
      readonly client_id: string;
      /** Its secret. */
      readonly client_secret: string;
    }
  | {
      /** A refresh token of an earlier authentication. */
      readonly refresh_token: string;
    };

/** Options of {@link DeribitWsHandler}. */
export interface DeribitWsOptions {
  /** Credentials, or a function that gives them for each connection. @defaultValue none: public data only */
  readonly credentials?: Provided<DeribitCredentials> | undefined;
  /** Seconds between the heartbeats that the server is asked for, at least 10. @defaultValue 30 */
  readonly heartbeat?: number | undefined;
}

const OPTIONS = {
  credentials: objectOrFunction<DeribitCredentials>(),
  heartbeat: count(30, "seconds", 10),
} satisfies Spec<DeribitWsOptions>;

const OWN_ID = "hpx";

/**
 * Deribit: JSON-RPC 2.0 with named channels. Topics are channels, such as `book.BTC-PERPETUAL.100ms` or `user.orders.any.any.raw`.
 *
 * The value of a response is its `result`, that of an update the `params.data`. The server's `test_request` is answered; without
 * an answer it would close the connection. Jumps of a book's `change_id` are gaps, and the book is subscribed to anew, which
 * brings a snapshot.
 *
 * Written after https://docs.deribit.com (JSON-RPC, subscriptions, session management, authentication).
 */
export class DeribitWsHandler implements WsProtocolHandler {
  /** Whether the credentials are a function, which a refusal asks once more. */
  readonly renewable: boolean;
  /** The answer to `public/auth` has a token, or it is an error. Missing without credentials. */
  judgeAuth?: (message: WsMessage) => "ok" | "refused" | undefined;
  readonly #credentials: Provided<DeribitCredentials> | undefined;
  readonly #heartbeat: number;
  readonly #calls = new Calls();

  /** @throws {TransportError} `CONFIG` for an option that cannot be used */
  constructor(options: DeribitWsOptions = {}) {
    const { credentials, heartbeat } = readOptions(undefined, options, OPTIONS);
    this.#credentials = credentials;
    this.#heartbeat = heartbeat;
    this.renewable = typeof credentials === "function";
    // Without credentials there is no answer to wait for.
    if (credentials !== undefined) this.judgeAuth = judgeAuth;
  }

  /** Reads a response, an update, or a heartbeat. */
  read(data: WsData): WsReading {
    const message = fieldsOf(jsonOf(data));
    const params = fieldsOf(message["params"]);
    if (message["method"] === "subscription") {
      return { kind: "update", topic: textOf(params["channel"]), value: params["data"] };
    }
    if (message["method"] === "heartbeat") return { kind: "control", value: params };
    const id = idOf(message["id"]);
    if (id === undefined) return { kind: "unknown", value: message };
    const { error, result } = message;
    if (id === OWN_ID) return { kind: "control", value: result };
    const asked = this.#calls.take(id);
    if (error !== undefined) {
      const { code, message: text } = fieldsOf(error);
      return { kind: "response", id, value: error, error: failure(code, text) };
    }
    const acks = asked.length > 0 ? textsOf(result) : undefined;
    if (acks === undefined) return { kind: "response", id, value: result };
    // What is not in the list was refused without a word.
    const refused = asked.filter((topic) => !acks.includes(topic));
    const nacks = refused.map((topic) => ({ topic, reason: "not among the channels that the server subscribed" }));
    return { kind: "response", id, value: result, acks, nacks };
  }

  /** Asks for heartbeats, which find a connection that is dead. */
  hello(): string {
    return call("public/set_heartbeat", OWN_ID, { interval: this.#heartbeat });
  }

  /** `public/auth`. */
  async authenticate({ id }: WsOpenInfo): Promise<string | undefined> {
    if (this.#credentials === undefined) return undefined;
    const credentials = await provided(this.#credentials);
    const grant = "refresh_token" in credentials ? "refresh_token" : "client_credentials";
    return call("public/auth", id, { grant_type: grant, ...credentials });
  }

  /** The message of a request: `{ method, params }`. */
  request(payload: unknown, id: WsId): string {
    return withFields(payload, { jsonrpc: "2.0", id });
  }

  /** `public/subscribe`, or `private/subscribe` where a channel is of the user. */
  subscribe(topics: readonly string[], id: WsId): string {
    this.#calls.add(id, topics);
    return call(`${scopeOf(topics)}/subscribe`, id, { channels: topics });
  }

  /** `public/unsubscribe`, or `private/unsubscribe`. */
  unsubscribe(topics: readonly string[], id: WsId): string {
    return call(`${scopeOf(topics)}/unsubscribe`, id, { channels: topics });
  }

  /** `public/test` for the server's `test_request`. */
  pong({ value }: WsMessage): string | undefined {
    return fieldsOf(value)["type"] === "test_request" ? call("public/test", OWN_ID, {}) : undefined;
  }

  /** The change ids of a book. */
  sequence({ topic, value }: WsMessage): WsSequence | undefined {
    const { change_id: last, prev_change_id: previous, type } = fieldsOf(value);
    if (topic === undefined || typeof last !== "number") return undefined;
    if (typeof previous !== "number") return type === "snapshot" ? { stream: topic, last, restart: true } : undefined;
    return { stream: topic, last, previous };
  }

  /** A new subscription brings a snapshot of the book. */
  judgeGap({ topic, reason }: WsGap): "resubscribe" | undefined {
    return reason === "sequence" && topic.startsWith("book.") ? "resubscribe" : undefined;
  }
}

function judgeAuth({ kind, value }: WsMessage): "ok" | "refused" | undefined {
  if (kind !== "response") return undefined;
  return typeof fieldsOf(value)["access_token"] === "string" ? "ok" : "refused";
}

function scopeOf(topics: readonly string[]): "private" | "public" {
  return topics.some((topic) => topic.startsWith("user.")) ? "private" : "public";
}

function call(method: string, id: WsId, params: object): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}
