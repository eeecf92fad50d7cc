import { type Check, objectWith, text } from "../../checks/checkers.js";
import { isName } from "../../checks/names.js";
import { TransportError } from "../../error.js";
import type { WsFailure } from "../protocol/handler.js";
import type { WsData, WsId } from "../protocol/message.js";

/** An object from outside, whose fields may be anything. */
export type Fields = Readonly<Record<string, unknown>>;

/** A value, or a function that makes it anew, such as credentials that are renewed. */
export type Provided<T> = T | (() => T | PromiseLike<T>);

export async function provided<T>(source: Provided<T>): Promise<T> {
  return await (typeof source === "function" ? (source as () => T | PromiseLike<T>)() : source);
}

/** The check of an option with an object, or with a function that makes one. What it holds is never shown. */
export function objectOrFunction<T extends object>(): Check<Provided<T> | undefined> {
  return (field, value) => {
    if (typeof value === "function") return value as () => T;
    return objectWith<T>()(field, value);
  };
}

/** The check of an option with text, or with a function that makes it. The text is never shown. */
export function textOrFunction(): Check<Provided<string> | undefined> {
  return (field, value) => (typeof value === "function" ? (value as () => string) : text()(field, value));
}

let decoder: TextDecoder | undefined;

/** The JSON of a message; undefined where it is none. */
export function jsonOf(data: WsData): unknown {
  try {
    return JSON.parse(typeof data === "string" ? data : (decoder ??= new TextDecoder()).decode(data));
  } catch {
    return undefined;
  }
}

/** The value as an object; an empty one where it is none, so that its fields can be asked for. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : NOTHING;
}

const NOTHING: Fields = Object.freeze({});

/** The value as an id; undefined where it is none, such as the `null` of an answer to no request. */
export function idOf(value: unknown): WsId | undefined {
  return typeof value === "number" || (typeof value === "string" && value !== "") ? value : undefined;
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** The texts of a list; undefined where it is no list. */
export function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : undefined;
}

/** An error of the server, by its number or name and its text. */
export function failure(code: unknown, told?: unknown): WsFailure {
  return { code: isName(code) ? code : undefined, reason: reasonOf(told) };
}

/** Long runs of characters without a space may be a key or a token. */
const MAY_BE_SECRET = /[^\s,;:()'"]{16,}/g;

/** What a server says of an error, cut short and without anything that may be a secret. */
function reasonOf(told: unknown): string | undefined {
  if (typeof told !== "string" || told === "") return undefined;
  return told.slice(0, 200).replace(MAY_BE_SECRET, "…");
}

/**
 * The text of a request with `first` as its first members: an object is written once, and the text of an object is used as it
 * is, so that its numbers and the order of its keys stay.
 *
 * @throws {TransportError} `CONFIG` for a payload that is neither
 */
export function withFields(payload: unknown, first: Fields): string {
  const head = JSON.stringify(first).slice(0, -1);
  const body = typeof payload === "string" ? payload.trim() : JSON.stringify(withoutKeys(payload, first));
  if (!body?.startsWith("{") || !body.endsWith("}")) {
    throw TransportError.config("payload", typeof payload, "it takes an object, or the text of a JSON object");
  }
  const rest = body.slice(1).trimStart();
  return head === "{" ? body : `${head}${rest === "}" ? "" : ","}${rest}`;
}

function withoutKeys(payload: unknown, first: Fields): unknown {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return undefined;
  if (!Object.keys(first).some((key) => key in payload)) return payload;
  return Object.fromEntries(Object.entries(payload).filter(([key]) => !(key in first)));
}

/** Topics of the form `channel:rest`: the parts, split at the first colon. */
export function splitTopic(topic: string): { readonly channel: string; readonly rest: string | undefined } {
  const colon = topic.indexOf(":");
  return colon < 0
    ? { channel: topic, rest: undefined }
    : { channel: topic.slice(0, colon), rest: topic.slice(colon + 1) };
}

/** The `rest` of each topic, by channel, in the order of the topics. */
export function byChannel(topics: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const channels = new Map<string, string[]>();
  for (const topic of topics) {
    const { channel, rest } = splitTopic(topic);
    const list = channels.get(channel) ?? [];
    if (rest !== undefined) list.push(rest);
    channels.set(channel, list);
  }
  return channels;
}
