import { TransportError } from "../error.js";
import type { SignableRequest } from "./authentication.js";
import { setJsonMember } from "./json-member.js";
import { setPair, withoutPair } from "./query.js";

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

/** Where a timestamp goes: also into a form or JSON body, as a nonce does. Without a body it goes into the query. */
export type HmacTimestampPlace =
  | HmacPlace
  | {
      /** The name of a field of the form, or of a member of the JSON object. */
      readonly body: string;
    };

/** Sets `value` in its place, instead of one that is there: signing twice leaves one. */
export function put(request: SignableRequest, place: HmacTimestampPlace, value: string): void {
  if ("header" in place) request.headers.set(place.header, value);
  else if ("query" in place) putInQuery(request.url, place.query, value);
  else if (request.method === "GET" || request.method === "HEAD") putInQuery(request.url, place.body, value);
  else putInBody(request, place.body, value);
}

/** Takes away what an earlier signing left, which must not be part of what is signed. */
export function remove(request: SignableRequest, place: HmacPlace): void {
  if ("header" in place) request.headers.delete(place.header);
  else setQuery(request.url, withoutPair(queryOf(request.url), place.query));
}

/** The query without its "?", as it will be sent. */
export function queryOf(url: URL): string {
  return url.search.slice(1);
}

/** Sets a parameter in place of one of that name, or else last; every other character stays as it is. */
export function putInQuery(url: URL, name: string, value: string): void {
  setQuery(url, setPair(queryOf(url), name, value, "last"));
}

/** Sets the query, given without its "?". `search` takes one off what it is set to, and the text may begin with another. */
export function setQuery(url: URL, query: string): void {
  url.search = query === "" ? "" : `?${query}`;
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
    // Neither a form nor JSON: better no request than another one.
    const expected = "it takes a form or a JSON object";
    throw TransportError.config("HmacAuth.timestampIn", "bytes that are no UTF-8", expected);
  }
}
