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
  splitTopic,
  textOf,
  withFields,
} from "./support.js";

/** The key of an account. */
export interface OkxCredentials {
  /** The key's public half. */
  readonly apiKey: string;
  /** The secret that signs. */
  readonly secret: string;
  /** The passphrase that was given with the key. */
  readonly passphrase: string;
}

/** Options of {@link OkxWsHandler}. */
export interface OkxWsOptions {
  /** The key, or a function that gives it for each connection. @defaultValue none: public channels only */
  readonly credentials?: Provided<OkxCredentials> | undefined;
}

const OPTIONS = { credentials: objectOrFunction<OkxCredentials>() } satisfies Spec<OkxWsOptions>;

/** A channel and an instrument in the server's text about a subscription that it refuses. */
const REFUSED = /channel:\s*([\w-]+)(?:.*?instId:\s*([\w-]+))?/;

/**
 * OKX, version 5. A topic is `channel:instId`, such as `books:BTC-USDT`, or a channel alone, or the JSON of an `arg` with other
 * members: `{"channel":"orders","instType":"SPOT"}`.
 *
 * The value of an update is the whole message, with `arg`, `action` and `data`; that of a response as well. Jumps of a book's
 * `seqId` are gaps, and the book is subscribed to anew, which brings a snapshot. The heartbeat is the text `ping`; a notice
 * before an upgrade (64008) replaces the connection.
 *
 * Written after https://www.okx.com/docs-v5/en/ (WebSocket: login, subscribe, notification, order book channel).
 */
export class OkxWsHandler implements WsProtocolHandler {
  /** A message may have 64 KiB; 100 topics stay below that. */
  readonly limits: WsLimits = { topicsPerMessage: 100 };
  /** Whether the credentials are a function, which a refusal asks once more. */
  readonly renewable: boolean;
  /** The answer to a login. Missing without credentials. */
  judgeAuth?: (message: WsMessage) => "ok" | "refused" | undefined;
  readonly #credentials: Provided<OkxCredentials> | undefined;
  readonly #topics = new Map<string, string>();
  #lastId = 0;

  /** @throws {TransportError} `CONFIG` for an option that cannot be used */
  constructor(options: OkxWsOptions = {}) {
    this.#credentials = readOptions(undefined, options, OPTIONS).credentials;
    this.renewable = typeof this.#credentials === "function";
    if (this.#credentials !== undefined) this.judgeAuth = judgeAuth;
  }

  /** Reads an update, an event about subscriptions, or a response. */
  read(data: WsData): WsReading {
    if (data === "pong") return { kind: "control", value: data };
    const message = fieldsOf(jsonOf(data));
    const id = idOf(message["id"]);
    if (typeof message["event"] === "string") return this.#readEvent(message, message["event"], id);
    if (message["arg"] !== undefined) {
      return { kind: "update", topic: this.#topicOf(message["arg"]), value: message };
    }
    if (id === undefined) return { kind: "unknown", value: message };
    const { code, msg } = message;
    if (code === "0") return { kind: "response", id, value: message };
    return { kind: "response", id, value: message, error: failure(code, msg) };
  }

  /** Text: OKX takes ids of letters and digits. */
  nextId(): string {
    return `${(this.#lastId += 1)}`;
  }

  /** `login`, signed with the time of now. */
  async authenticate(_info: WsOpenInfo): Promise<string | undefined> {
    if (this.#credentials === undefined) return undefined;
    const { apiKey, secret, passphrase } = await provided(this.#credentials);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = await sign(secret, `${timestamp}GET/users/self/verify`, "base64");
    return JSON.stringify({ op: "login", args: [{ apiKey, passphrase, timestamp, sign: signature }] });
  }

  /** The message of a request: `{ op, args }`. */
  request(payload: unknown, id: WsId): string {
    return withFields(payload, { id });
  }

  /** The message that subscribes. */
  subscribe(topics: readonly string[], id: WsId): string {
    for (const topic of topics) this.#topics.set(keyOf(argOf(topic)), topic);
    return JSON.stringify({ id, op: "subscribe", args: topics.map(argOf) });
  }

  /** The message that ends subscriptions. */
  unsubscribe(topics: readonly string[], id: WsId): string {
    return JSON.stringify({ id, op: "unsubscribe", args: topics.map(argOf) });
  }

  /** The text `ping`, which the server wants within 30 seconds of silence. */
  ping(): string {
    return "ping";
  }

  /** The sequence ids of a book. */
  sequence({ topic, value }: WsMessage): WsSequence | undefined {
    const { action, data } = fieldsOf(value);
    const { seqId: last, prevSeqId: previous } = fieldsOf(Array.isArray(data) ? data[0] : undefined);
    if (topic === undefined || typeof last !== "number" || typeof previous !== "number") return undefined;
    // Equal: nothing changed, the message only shows that the book is alive.
    if (last === previous) return undefined;
    // Smaller: the server began to count anew during a maintenance.
    if (action === "snapshot" || previous < 0 || last < previous) return { stream: topic, last, restart: true };
    return { stream: topic, last, previous };
  }

  /** A new subscription brings a snapshot of the book. */
  judgeGap({ topic, reason }: WsGap): "resubscribe" | undefined {
    return reason === "sequence" && textOf(argOf(topic)["channel"])?.startsWith("books") === true
      ? "resubscribe"
      : undefined;
  }

  #readEvent(message: Fields, event: string, id: WsId | undefined): WsReading {
    const { arg, code, msg } = message;
    const topic = arg === undefined ? undefined : this.#topicOf(arg);
    switch (event) {
      case "subscribe":
      case "unsubscribe":
        return { kind: "system", value: message, acks: topic === undefined ? undefined : [topic] };
      case "error":
        return this.#readError(message, id);
      case "channel-conn-count-error":
        return { kind: "system", value: message, nacks: nacksOf(topic, "too many connections for this channel") };
      case "notice":
        return { kind: "system", value: message, verdict: code === "64008" ? "reconnect" : undefined };
      case "login":
        return { kind: "system", value: message };
      default:
        return { kind: "system", id, value: message, error: code === undefined ? undefined : failure(code, msg) };
    }
  }

  /** An error belongs to one channel of a call, which only its text names. */
  #readError(message: Fields, id: WsId | undefined): WsReading {
    const { code, msg } = message;
    const error = failure(code, msg);
    const [, channel, instId] = REFUSED.exec(textOf(msg) ?? "") ?? [];
    const topic = channel === undefined ? undefined : this.#topics.get(keyOf({ channel, instId }));
    if (topic !== undefined) return { kind: "system", value: message, nacks: [{ topic, ...error }] };
    return { kind: id === undefined ? "system" : "response", id, value: message, error };
  }

  #topicOf(arg: unknown): string | undefined {
    return this.#topics.get(keyOf(fieldsOf(arg)));
  }
}

function judgeAuth({ value }: WsMessage): "ok" | "refused" | undefined {
  const { event, code } = fieldsOf(value);
  if (event === "login") return code === "0" ? "ok" : "refused";
  // Before the login nothing else is sent that could fail.
  return event === "error" ? "refused" : undefined;
}

function nacksOf(topic: string | undefined, reason: string): WsReading["nacks"] {
  return topic === undefined ? undefined : [{ topic, reason }];
}

/** The `arg` of a topic. */
function argOf(topic: string): Fields {
  if (topic.startsWith("{")) return fieldsOf(jsonOf(topic));
  const { channel, rest } = splitTopic(topic);
  return rest === undefined ? { channel } : { channel, instId: rest };
}

/** The same for an `arg` as it was sent and as the server repeats it, which adds the account to private channels. */
function keyOf(arg: Fields): string {
  const { channel, instId, uid: _, ...others } = arg;
  let key = `${textOf(channel)} ${textOf(instId) ?? ""}`;
  for (const name of Object.keys(others).toSorted()) key += ` ${name}=${JSON.stringify(others[name])}`;
  return key;
}
