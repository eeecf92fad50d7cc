import { TransportError } from "../error.js";
import { codedError, codeOf } from "./error-code.js";
import type { HttpRequest } from "./client.js";
import { isSafeMethod } from "./safe-methods.js";
import { explainTls, isCertificateFailure, isClientCertificateFailure } from "./tls-failure.js";

// The client, or the user's dispatcher, was closed and stays so.
const CLOSED_CODE = /^(?:ERR_CLIENT_CLOSED|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/;
// What was sent did not reach the server: a proxy kept it, or the server said that it took no notice of it.
const NOT_TAKEN_CODE = /^(?:ERR_PROXY_\w+|ERR_HTTP2_REFUSED)$/;
// What undici and node:http2 say of a request that it cannot send.
const REFUSED_CODE =
  /^(?:UND_ERR_(?:INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)|ERR_HTTP2_INVALID_(?:CONNECTION_HEADERS|HEADER_VALUE|PSEUDOHEADER)|ERR_INVALID_HTTP_TOKEN|ERR_HTTP2_CONNECT_\w+)$/;

/**
 * The error for `request`, which got no response because of `reason`: `CONFIG` when undici refused to send it, else
 * `CONNECT`. That is not retryable when trying again cannot help, or when a request that acts may have reached the server.
 */
export function sendFailure(
  request: HttpRequest,
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

/** The `CONFIG` error for a request that the runtime refuses to send, which `cause` explains. */
export function unsendable(cause: unknown): TransportError<"CONFIG"> {
  return TransportError.config("request", "this request", cause instanceof Error ? cause.message : String(cause));
}

/** What ends the exchanges of a client that is closed. */
export function clientClosed(): Error {
  return codedError("the HTTP client was closed", "ERR_CLIENT_CLOSED");
}

/** The error beneath wrappers such as fetch's "fetch failed"; several addresses that failed become one message. */
export function rootCause(error: unknown): unknown {
  if (error instanceof AggregateError && error.message === "") {
    const messages = error.errors.map((each: unknown) => (each instanceof Error ? each.message : String(each)));
    return Object.assign(new Error(messages.join("; "), { cause: error }), { code: codeOf(error) });
  }
  return error instanceof Error && error.cause instanceof Error ? rootCause(error.cause) : error;
}

/** Some runtimes tell the whole URL, whose query may hold a key. */
function withoutQuery(cause: unknown, { search }: URL): unknown {
  if (!(cause instanceof Error) || search === "" || !cause.message.includes(search)) return cause;
  return codedError(cause.message.replaceAll(search, "?..."), codeOf(cause));
}

/** TLS 1.3 tells only after the handshake, in place of a response, that the client's certificate will not do. */
function explain(cause: unknown, name: string, requestSent: boolean): unknown {
  const late = requestSent && isClientCertificateFailure(codeOf(cause) ?? "");
  return late && cause instanceof Error ? explainTls(cause, { name, field: "tls" }) : cause;
}
