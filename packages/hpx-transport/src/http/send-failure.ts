import { TransportError } from "../error.js";
import type { HttpRequest } from "./http-client.js";

// What OpenSSL and Node call a certificate that will not do: waiting does not mend it.
const CERTIFICATE_CODE =
  /^(?:CERT_|CRL_|UNABLE_TO_|ERROR_IN_C|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;
// The client, or the user's dispatcher, was closed and stays so.
const CLOSED_CODE = /^(?:ERR_CLIENT_CLOSED|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/;
// What undici says of a request that it cannot send.
const REFUSED_CODE = /^UND_ERR_(?:INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)$/;

/** Methods that may be sent twice without acting twice. */
export function isSafeMethod(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/**
 * The error for `request`, which got no response because of `reason`: `CONFIG` when undici refused to send it, else
 * `CONNECT`. That is not retryable when trying again cannot help, or when a request that acts may have reached the server.
 */
export function sendFailure(
  request: HttpRequest,
  reason: unknown,
  requestSent: boolean,
): TransportError<"CONFIG" | "CONNECT"> {
  const cause = withoutQuery(rootCause(reason), request.url);
  const code = codeOf(cause) ?? "";
  if (REFUSED_CODE.test(code)) return unsendable(cause);
  // A certificate is looked at before the request is sent.
  const untrusted = CERTIFICATE_CODE.test(code);
  const sent = requestSent && !untrusted;
  const hopeless = untrusted || CLOSED_CODE.test(code);
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
  return Object.assign(new Error("the HTTP client was closed"), { code: "ERR_CLIENT_CLOSED" });
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
  return Object.assign(new Error(cause.message.replaceAll(search, "?...")), { code: codeOf(cause) });
}

/** The `code` of a system, TLS or undici error. */
export function codeOf(error: unknown): string | undefined {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
