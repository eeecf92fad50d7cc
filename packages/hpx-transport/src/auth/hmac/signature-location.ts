import { TransportError } from "../../error.js";
import type { SignableRequest } from "../authentication.js";
import { putInQuery, queryOf, setPair, setQuery, withoutPair } from "../query.js";

/** Where a part of a signature goes. */
export type HmacPlace =
  | {
      /** The name of a header. */
      readonly header: string;
    }
  | {
      /** The name of a query parameter. */
      readonly query: string;
    };

/** Where a timestamp goes: like a signature, or into a form or JSON body. A request without a body has it in the query. */
export type HmacTimestampPlace =
  | HmacPlace
  | {
      /** The name of a field of the form, or of a member of the JSON object. */
      readonly body: string;
    };

/** Sets `value` at its location. It replaces an earlier value: signing twice leaves one. */
export function putAt(request: SignableRequest, location: HmacTimestampPlace, value: string): void {
  if ("header" in location) request.headers.set(location.header, value);
  else if ("query" in location) putInQuery(request.url, location.query, value);
  else if (request.method === "GET" || request.method === "HEAD") putInQuery(request.url, location.body, value);
  else putInBody(request, location.body, value);
}

/** Removes the value that an earlier signing left there: it must not become part of the message. */
export function removeAt(request: SignableRequest, location: HmacPlace): void {
  if ("header" in location) request.headers.delete(location.header);
  else setQuery(request.url, withoutPair(queryOf(request.url), location.query));
}

function putInBody(request: SignableRequest, name: string, value: string): void {
  const { body = "", headers } = request;
  const text = typeof body === "string" ? body : decode(body);
  if (text.trimStart().startsWith("{")) {
    request.body = setJsonMember(text, name, value);
    return;
  }
  request.body = setPair(text, name, value, "first");
  if (!headers.has("Content-Type")) headers.set("Content-Type", "application/x-www-form-urlencoded");
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Neither a form nor JSON; decoding with replacements would send another body than the caller's.
    const expected = "it takes a form or a JSON object";
    throw TransportError.config("HmacAuth.timestampIn", "bytes that are no UTF-8", expected);
  }
}

/**
 * The text of a JSON object with the string `value` as its first member; a value from an earlier call is replaced. The rest
 * of the text stays as it is: parsing and writing it again would change numbers such as 0.10 or a long id.
 *
 * @throws {TransportError} `CONFIG` for text that is no JSON object, or has a member of that name elsewhere
 */
function setJsonMember(text: string, name: string, value: string): string {
  const start = `{${JSON.stringify(name)}:`;
  const json = text.trim();
  const rest = json.startsWith(start) ? json.slice(start.length).replace(/^"(?:[^"\\]|\\.)*",?/, "") : json.slice(1);
  const others = parseObject(`{${rest}`);
  if (others === undefined || Object.hasOwn(others, name)) {
    throw TransportError.config(
      "HmacAuth.timestampIn",
      `a body (hidden) that is no JSON object without ${JSON.stringify(name)}`,
      "it takes a form or a JSON object, and writes that member itself",
    );
  }
  return `${start}${JSON.stringify(value)}${Object.keys(others).length === 0 ? "" : ","}${rest}`;
}

function parseObject(text: string): object | undefined {
  try {
    // JSON that starts with a brace is an object.
    return JSON.parse(text) as object;
  } catch {
    // The engine's message may quote the body.
    return undefined;
  }
}
