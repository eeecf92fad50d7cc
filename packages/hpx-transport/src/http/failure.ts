import { TransportError } from "../error.js";
import type { HttpRequest } from "./client.js";
import { explainTls, isCertificateFailure, isClientCertificateFailure, isTlsMismatch } from "./tls-failure.js";

/**
 * Methods that only ask (RFC 9110, section 9.2.1; QUERY; REPORT of RFC 3253): sending them again changes nothing at the
 * server. TRACE is left out: no client sends it.
 */
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "QUERY", "REPORT"]);

// The client, or the user's dispatcher, was closed and stays so.
const CLOSED_CODE = /^(?:ERR_CLIENT_CLOSED|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/;
// The request did not reach the server: a proxy kept it, or the server said that it ignored it.
const NOT_TAKEN_CODE = /^(?:ERR_PROXY_\w+|ERR_HTTP2_(?:REFUSED|HTTP_1_1_REQUIRED))$/;
// A request that cannot be sent, in the codes of our HTTP/1.1, of node:http2 and of undici.
const REFUSED_CODE =
  /^(?:ERR_HTTP_REQUEST|UND_ERR_(?:INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)|ERR_HTTP2_INVALID_(?:CONNECTION_HEADERS|HEADER_VALUE|PSEUDOHEADER)|ERR_INVALID_HTTP_TOKEN|ERR_HTTP2_CONNECT_\w+)$/;

/**
 * What is no HTTP, or not as it was agreed: a head, chunks or frames that cannot be read, a coding that is broken, a port
 * without TLS, a server that takes none of our protocols. The codes are those of our HTTP/1.1, of OpenSSL, of zlib and
 * Brotli, of node:http2 and of undici.
 */
const PROTOCOL_CODE =
  /^(?:ERR_HTTP_(?:HEAD|CHUNK|CODING)|HPE_\w+|UND_ERR_HEADERS_OVERFLOW|Z_\w+|ERR__ERROR_\w+|ERR_HTTP2_ERROR)$/;

/** Throws what forbids a client to send `request`, the same for every client. */
export function assertSendable(request: HttpRequest, clientIsClosed: boolean): void {
  request.signal.throwIfAborted();
  if (clientIsClosed) throw sendFailure(request, clientClosed(), false);
  if (request.method === "CONNECT") {
    throw TransportError.config(
      "method",
      "CONNECT",
      "it asks for a tunnel, which has no response to read; use the proxy option",
    );
  }
  const { protocol, username, password } = request.url;
  if (protocol !== "http:" && protocol !== "https:") {
    throw TransportError.config("url", `the scheme ${protocol}`, "it must be http: or https:");
  }
  if (username !== "" || password !== "") {
    throw TransportError.config("url", "a URL with credentials", "give them as an authorization header instead");
  }
}

/** Whether a request with `method` may be sent twice without acting twice. */
export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.has(method);
}

/**
 * The error for `request`, which got no response because of `reason`: `CONFIG` when it cannot be sent at all, else
 * `CONNECT`. That is not retryable when trying again cannot help, or when a request that acts may have reached the server.
 */
export function sendFailure(
  request: Pick<HttpRequest, "method" | "url">,
  reason: unknown,
  requestSent: boolean,
): TransportError<"CONFIG" | "CONNECT"> {
  const cause = explain(withoutQuery(rootCause(reason), request.url), request.url.hostname, requestSent);
  const code = codeOf(cause) ?? "";
  if (REFUSED_CODE.test(code)) return unsendable(cause);
  const untrusted = isCertificateFailure(code);
  const sent = requestSent && !untrusted && !NOT_TAKEN_CODE.test(code);
  const hopeless = untrusted || CLOSED_CODE.test(code) || code === "ERR_PROXY_REFUSED";
  return TransportError.connect(request.url.origin, {
    requestSent: sent,
    retryable: !hopeless && (!sent || isSafeMethod(request.method)),
    cause,
  });
}

/**
 * Whether `error` says that the other side does not speak as was agreed. Waiting does not change that, but it may be a
 * passing fault of something on the way: once is no reason to give up, and several times in a row is.
 */
export function isProtocolFailure(error: unknown): boolean {
  const cause = rootCause(error);
  const code = codeOf(cause) ?? "";
  // Newer versions of undici's parser give no code.
  const isOfParser = cause instanceof Error && cause.name === "HTTPParserError";
  return isOfParser || PROTOCOL_CODE.test(code) || isTlsMismatch(code);
}

/** The `CONFIG` error for a request that the runtime refuses to send, which `cause` explains. */
export function unsendable(cause: unknown): TransportError<"CONFIG"> {
  return TransportError.config("request", "this request", cause instanceof Error ? cause.message : String(cause));
}

/** The error for the exchanges of a client that is closed. */
export function clientClosed(): Error {
  return codedError("the HTTP client was closed", "ERR_CLIENT_CLOSED");
}

/** The `code` of a system, TLS or HTTP error. */
export function codeOf(error: unknown): string | undefined {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** An error with a `code`, as Node's are. */
export function codedError(message: string, code: string | undefined): Error {
  return Object.assign(new Error(message), { code });
}

/** The error beneath wrappers such as fetch's "fetch failed"; several addresses that failed become one message. */
export function rootCause(error: unknown): unknown {
  if (error instanceof AggregateError && error.message === "") {
    const messages = error.errors.map((each: unknown) => (each instanceof Error ? each.message : String(each)));
    return Object.assign(new Error(messages.join("; "), { cause: error }), { code: codeOf(error) });
  }
  return error instanceof Error && error.cause instanceof Error ? rootCause(error.cause) : error;
}

/** Some runtimes put the whole URL into the message, and its query may hold a key. */
function withoutQuery(cause: unknown, { search }: URL): unknown {
  if (!(cause instanceof Error) || search === "" || !cause.message.includes(search)) return cause;
  return codedError(cause.message.replaceAll(search, "?..."), codeOf(cause));
}

/** In TLS 1.3 the refusal of the client's certificate comes after the handshake, in place of a response. */
function explain(cause: unknown, name: string, requestSent: boolean): unknown {
  const late = requestSent && isClientCertificateFailure(codeOf(cause) ?? "");
  return late && cause instanceof Error ? explainTls(cause, { name, field: "tls" }) : cause;
}
