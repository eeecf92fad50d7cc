import { ExponentialBackoff, NoRetry, type RetryPolicy } from "sseer/retry";
import { checkHeader, hasControlCharacter, hasMethod, isToken, show, showKind } from "../../checks/check.js";
import { TransportError } from "../../error.js";
import { DEFAULTS, type SseOptions, type SseOverflow } from "./options.js";

const DEFAULT_BACKOFF: RetryPolicy = /* @__PURE__ */ new ExponentialBackoff();

/** Each check returns what the field means, or throws the `CONFIG` error that a user would want to read. */
export function checkUrl(value: unknown): URL {
  const expected = "it takes an absolute http: or https: URL";
  if (typeof value !== "string" && !(value instanceof URL))
    throw TransportError.config("url", showKind(value), expected);
  if (!URL.canParse(value)) throw TransportError.config("url", showBrokenUrl(String(value)), expected);
  const url = new URL(value);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw TransportError.config("url", `the scheme ${show(url.protocol)}`, expected);
  }
  if (url.username !== "" || url.password !== "") {
    throw TransportError.config("url", "a URL with credentials", "give them as `auth` or in the Authorization header");
  }
  url.hash = "";
  return url;
}

export function checkMethod(value: unknown): string {
  if (value === undefined) return DEFAULTS.method;
  if (isToken(value)) {
    const method = value.toUpperCase();
    if (method !== "HEAD" && method !== "CONNECT" && method !== "TRACE") return method;
  }
  throw TransportError.config(
    "method",
    show(value),
    "it takes an HTTP method whose response has a body, such as GET or POST",
  );
}

export function checkHeaders(value: SseOptions["headers"]): Headers | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null) {
    throw TransportError.config("headers", showKind(value), "it takes a Headers object, a record or an array of pairs");
  }
  const headers = new Headers();
  const pairs: Iterable<unknown> = Symbol.iterator in value ? value : Object.entries(value);
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw TransportError.config("headers", "an entry that is not a pair", "it takes [name, value] pairs");
    }
    const [name, text]: unknown[] = pair;
    checkHeader("headers", name, text);
    headers.append(String(name), String(text));
  }
  return headers;
}

export function checkBody(value: SseOptions["body"], method: string): SseOptions["body"] {
  if (value === undefined) return undefined;
  if (method === "GET") {
    throw TransportError.config("body", "a body with GET", 'a body needs another method; set `method: "POST"`');
  }
  if (typeof value === "function") return value;
  checkBodyContent("body", value);
  // Not slice(): that of a Buffer copies nothing.
  return typeof value === "string" ? value : new Uint8Array(value);
}

/** A body as it can be sent; the function form of `body` is held to it at every attempt. */
export function checkBodyContent(field: string, value: unknown): asserts value is string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return;
  throw TransportError.config(
    field,
    showKind(value),
    "it takes a string, bytes, or a function that makes one; JSON.stringify objects",
  );
}

export function checkObject(field: string, value: unknown, ...methods: string[]): void {
  if (value !== undefined) requireObject(field, value, ...methods);
}

export function requireObject(field: string, value: unknown, ...methods: string[]): void {
  if (typeof value !== "object" || value === null) {
    throw TransportError.config(field, showKind(value), "it takes an object");
  }
  const missing = methods.find((method) => !hasMethod(value, method));
  if (missing !== undefined) {
    throw TransportError.config(
      field,
      `an object without ${missing}()`,
      `it takes an object with ${methods.map((m) => `${m}()`).join(", ")}`,
    );
  }
}

/** The `cursor` of a protocol handler. */
export function checkCursor(value: unknown): void {
  if (value === undefined) return;
  requireObject("handler.cursor", value);
  const query: unknown = Reflect.get(Object(value), "query");
  if (query !== undefined && (typeof query !== "string" || query === "")) {
    throw TransportError.config("handler.cursor.query", show(query), "it takes the name of a query parameter");
  }
  const read: unknown = Reflect.get(Object(value), "read");
  if (read !== undefined && typeof read !== "function") {
    throw TransportError.config("handler.cursor.read", showKind(read), "it takes a function of the event");
  }
}

export function checkSignal(value: unknown): void {
  if (value === undefined) return;
  if (hasMethod(value, "addEventListener") && typeof Reflect.get(Object(value), "aborted") === "boolean") return;
  throw TransportError.config("signal", showKind(value), "it takes an AbortSignal");
}

export function checkLastEventId(value: unknown): string {
  if (value === undefined) return DEFAULTS.lastEventId;
  if (typeof value === "string" && !hasControlCharacter(value)) return value;
  throw TransportError.config(
    "lastEventId",
    show(value),
    "it takes a string without control characters, which no header can carry",
  );
}

export function checkOverflow(value: unknown): SseOverflow {
  if (value === undefined) return DEFAULTS.overflow;
  if (value === "wait" || value === "drop-oldest" || value === "error") return value;
  throw TransportError.config("overflow", show(value), 'it takes "wait", "drop-oldest" or "error"');
}

export function checkReconnect(value: unknown): RetryPolicy | false {
  if (value === false || value instanceof NoRetry) return false;
  if (value === undefined) return DEFAULT_BACKOFF;
  if (typeof value !== "object" || value === null) {
    throw TransportError.config("reconnect", showKind(value), "it takes backoff options, a RetryPolicy or false");
  }
  if (isPolicy(value)) return value;
  try {
    return new ExponentialBackoff(value);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new TransportError("CONFIG", `reconnect.${text}`, { details: { field: "reconnect" }, cause: error });
  }
}

function isPolicy(value: object): value is RetryPolicy {
  return hasMethod(value, "delay");
}

/** Text that failed to parse as a URL may still hold a password or a key. */
function showBrokenUrl(text: string): string {
  return text.includes("@") ? "text with credentials (hidden)" : show(text.replace(/[?#].*$/s, "?…"));
}
