// Checks of options that every transport has: a URL, headers, the event ID to resume after, a signal.
import { TransportError } from "../error.js";
import { checkHeader, show, showKind } from "./check.js";
import { type Check, check, hasMethod } from "./checkers.js";
import { fitsHeader, HEADER_ID } from "./event-id.js";
import { baseUrl, isUrl, parseUrl } from "./url.js";

/**
 * A URL with one of `schemes` and without credentials; a relative one where there is a document or a `location`, such as in a
 * page. The fragment, which no request carries, is removed.
 */
export function urlWithScheme(...schemes: readonly string[]): Check<URL> {
  const expected = `it takes an absolute ${schemes.join(" or ")} URL`;
  return (field, value) => {
    if (typeof value !== "string" && !isUrl(value)) throw TransportError.config(field, showKind(value), expected);
    const url = parseUrl(value, baseUrl());
    if (url === undefined) throw TransportError.config(field, showBrokenUrl(String(value)), expected);
    if (!schemes.includes(url.protocol)) {
      throw TransportError.config(field, `the scheme ${show(url.protocol)}`, expected);
    }
    if (url.username !== "" || url.password !== "") {
      throw TransportError.config(
        field,
        "a URL with credentials",
        "give them as `auth` or in the Authorization header",
      );
    }
    url.hash = "";
    return url;
  };
}

/** Headers in any of the forms that `fetch` takes, copied. */
export function headers(field: string, value: unknown): Headers | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null) {
    throw TransportError.config(field, showKind(value), "it takes a Headers object, a record or an array of pairs");
  }
  const copy = new Headers();
  for (const pair of isIterable(value) ? value : Object.entries(value)) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw TransportError.config(field, "an entry that is not a pair", "it takes [name, value] pairs");
    }
    const [name, text]: unknown[] = pair;
    checkHeader(field, name, text);
    copy.append(String(name), String(text));
  }
  return copy;
}

/** An event ID that a header can carry; its beginning is shown when it is refused. */
export function eventId(fallback: string): Check<string> {
  return check(
    `it takes a string ${HEADER_ID}`,
    (value): value is string => typeof value === "string" && fitsHeader(value),
    fallback,
    show,
  );
}

/** An AbortSignal of any realm. */
export function abortSignal(): Check<AbortSignal | undefined> {
  return check(
    "it takes an AbortSignal",
    (value): value is AbortSignal =>
      hasMethod(value, "addEventListener") && typeof Reflect.get(Object(value), "aborted") === "boolean",
  );
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

/** Text that failed to parse as a URL may still hold a password or a key. */
function showBrokenUrl(text: string): string {
  return text.includes("@") ? "text with credentials (hidden)" : show(text.replace(/[?#].*$/s, "?…"));
}
