import { fn, nonEmpty, objectWith } from "../../checks/checkers.js";
import { readOptions, type Spec } from "../../checks/options.js";
import type { WsOutgoing, WsProtocolHandler, WsReading } from "../protocol/handler.js";
import type { WsData, WsId } from "../protocol/message.js";
import { failure, type Fields, fieldsOf, idOf, jsonOf, withFields } from "./support.js";

/** The field names of a JSON protocol, and the messages that subscribe. A name with dots is a path, such as `"params.channel"`. */
export interface GenericJsonOptions {
  /** The id of a request and of its response, at the top of the message. @defaultValue `"id"` */
  readonly id?: string | undefined;
  /** The topic of an update. @defaultValue `"topic"` */
  readonly topic?: string | undefined;
  /** The content of an update: its `value`. @defaultValue the whole message */
  readonly data?: string | undefined;
  /** The result of a response: the value of its request. @defaultValue the whole message */
  readonly result?: string | undefined;
  /** The error of a response: a response with anything there but `null` and `false` is one. @defaultValue `"error"` */
  readonly error?: string | undefined;
  /** The error's number or name. @defaultValue `"error.code"` */
  readonly errorCode?: string | undefined;
  /** The message that subscribes. @defaultValue `{ [id]: id, op: "subscribe", args: topics }` */
  readonly subscribe?: ((topics: readonly string[], id: WsId) => object | undefined) | undefined;
  /** The message that ends subscriptions. @defaultValue `{ [id]: id, op: "unsubscribe", args: topics }` */
  readonly unsubscribe?: ((topics: readonly string[], id: WsId) => object | undefined) | undefined;
  /** The message that is the heartbeat. @defaultValue a ping frame */
  readonly ping?: object | undefined;
  /** Recognises messages that are heartbeats, or an answer to one. @defaultValue none */
  readonly isHeartbeat?: ((message: unknown) => boolean) | undefined;
}

const OPTIONS = {
  id: nonEmpty("it takes a field name", "id"),
  topic: nonEmpty("it takes a field name", "topic"),
  data: nonEmpty("it takes a field name"),
  result: nonEmpty("it takes a field name"),
  error: nonEmpty("it takes a field name", "error"),
  errorCode: nonEmpty("it takes a field name", "error.code"),
  subscribe: fn<GenericJsonOptions["subscribe"]>(undefined),
  unsubscribe: fn<GenericJsonOptions["unsubscribe"]>(undefined),
  ping: objectWith(),
  isHeartbeat: fn<GenericJsonOptions["isHeartbeat"]>(undefined),
} satisfies Spec<GenericJsonOptions>;

type Names = Readonly<Record<"id" | "topic" | "error" | "errorCode", string>> &
  Readonly<Record<"data" | "result", string | undefined>>;

/**
 * Messages of JSON with an id for responses and a topic for updates, whose field names you give. Extend it for a service that
 * also authenticates by a message or announces its close.
 *
 * A payload of `handle.request` is an object, or the text of one: the id is written in front of its members.
 *
 * @example
 * ```ts
 * const handler = new GenericJsonHandler({ topic: "params.channel", data: "params.data", result: "result" });
 * ```
 */
export class GenericJsonHandler implements WsProtocolHandler {
  readonly #names: Names;
  readonly #options: GenericJsonOptions;

  /** @throws {TransportError} `CONFIG` for an option that cannot be used */
  constructor(options: GenericJsonOptions = {}) {
    const read = readOptions(undefined, options, OPTIONS);
    this.#names = read;
    this.#options = read;
  }

  /** Reads a message by the field names. */
  read(data: WsData): WsReading {
    const value = jsonOf(data);
    if (typeof value !== "object" || value === null) return { kind: "unknown", value };
    const { names, options } = { names: this.#names, options: this.#options };
    if (options.isHeartbeat?.(value) === true) return { kind: "control", value };
    const topic = find(value, names.topic);
    if (typeof topic === "string") return { kind: "update", topic, value: find(value, names.data) };
    const id = idOf(find(value, names.id));
    const error = find(value, names.error);
    const isError = error !== undefined && error !== null && error !== false;
    if (id === undefined) return { kind: isError ? "system" : "unknown", value };
    if (!isError) return { kind: "response", id, value: find(value, names.result) };
    return {
      kind: "response",
      id,
      value,
      error: failure(find(value, names.errorCode), typeof error === "string" ? error : undefined),
    };
  }

  /** The message of a request. */
  request(payload: unknown, id: WsId): string {
    return withFields(payload, { [this.#names.id]: id });
  }

  /** The message that subscribes. */
  subscribe(topics: readonly string[], id: WsId): WsOutgoing {
    return this.#message(this.#options.subscribe ?? this.#default("subscribe"), topics, id);
  }

  /** The message that ends subscriptions. */
  unsubscribe(topics: readonly string[], id: WsId): WsOutgoing {
    return this.#message(this.#options.unsubscribe ?? this.#default("unsubscribe"), topics, id);
  }

  /** The heartbeat. */
  ping(): string {
    return this.#options.ping === undefined ? "frame" : JSON.stringify(this.#options.ping);
  }

  #default(op: string): (topics: readonly string[], id: WsId) => Fields {
    return (topics, id) => ({ [this.#names.id]: id, op, args: topics });
  }

  #message(make: NonNullable<GenericJsonOptions["subscribe"]>, topics: readonly string[], id: WsId): WsOutgoing {
    const message = make(topics, id);
    return message === undefined ? undefined : JSON.stringify(message);
  }
}

/** The value at a path with dots; the whole value without a path. */
function find(value: unknown, path: string | undefined): unknown {
  if (path === undefined) return value;
  let found = value;
  for (const name of path.split(".")) {
    const fields = fieldsOf(found);
    found = Object.hasOwn(fields, name) ? fields[name] : undefined;
  }
  return found;
}
