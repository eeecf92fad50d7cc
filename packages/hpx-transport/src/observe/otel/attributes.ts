import type { Attributes } from "@opentelemetry/api";
import type { ObservedAttempt, ObservedConnection, ObservedFailure } from "hpx-transport/sse";

/** The attributes by which metrics of connections are told apart: those of the server, and the name, if there is one. */
export function connectionAttributes(connection: ObservedConnection): Attributes {
  const { name } = connection;
  return { ...serverAttributes(connection), ...(name !== undefined && { "hpx.connection.name": name }) };
}

/** Bounded: no more of them occur than servers are connected to. */
function serverAttributes({ method, url }: ObservedAttempt | ObservedConnection): Attributes {
  const { hostname, port, protocol } = new URL(url);
  return {
    "http.request.method": knownMethod(method),
    // An IPv6 address stands without its brackets here.
    "server.address": hostname.replace(/^\[|\]$/g, ""),
    "server.port": port === "" ? DEFAULT_PORTS[protocol as keyof typeof DEFAULT_PORTS] : Number(port),
  };
}

/** Those of a CLIENT span, by the semantic conventions of HTTP; the query is left out of `url.full`. */
export function spanAttributes(request: ObservedAttempt): Attributes {
  const { attempt, method, url } = request;
  const attributes: Attributes = { ...serverAttributes(request), "url.full": url };
  if (knownMethod(method) !== method) attributes["http.request.method_original"] = method;
  // Of attempts in a row that delivered nothing; after a delivery it is another part of the stream that is asked for.
  if (attempt > 1) attributes["http.request.resend_count"] = attempt - 1;
  return attributes;
}

/** `error.type`: the status of a response that was refused, else the code of the error. */
export function errorType({ code, status }: ObservedFailure): string {
  return status === undefined ? code : String(status);
}

const DEFAULT_PORTS = { "http:": 80, "https:": 443, "ws:": 80, "wss:": 443 };

/** The transport of a connection, in the names of its spans and metrics. */
export type Transport = "sse" | "websocket";

export function transportOf({ url }: ObservedConnection): Transport {
  return /^wss?:/.test(url) ? "websocket" : "sse";
}

/** The conventions' methods; any other one is `_OTHER`, or metrics could have a series for each invention. */
const METHODS = new Set(["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"]);

export function knownMethod(method: string): string {
  return METHODS.has(method) ? method : "_OTHER";
}
