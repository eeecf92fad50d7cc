import type { Attributes } from "@opentelemetry/api";
import type { ObservedConnection, ObservedFailure } from "hpx-transport/sse";

/** The attributes by which metrics are told apart: no more of them than servers that are connected to. */
export function metricAttributes({ method, url }: ObservedConnection): Attributes {
  const { hostname, port, protocol } = new URL(url);
  return {
    "http.request.method": knownMethod(method),
    // An IPv6 address stands without its brackets here.
    "server.address": hostname.replace(/^\[|\]$/g, ""),
    "server.port": port === "" ? DEFAULT_PORTS[protocol as "http:" | "https:"] : Number(port),
  };
}

/** Those of a CLIENT span, by the semantic conventions of HTTP; the query is left out of `url.full`. */
export function spanAttributes(connection: ObservedConnection): Attributes {
  const { method, url } = connection;
  const original = knownMethod(method) === method ? {} : { "http.request.method_original": method };
  return { ...metricAttributes(connection), ...original, "url.full": url };
}

/** `error.type`: the status of a response that was refused, else the code of the error. */
export function errorType({ code, status }: ObservedFailure): string {
  return status === undefined ? code : String(status);
}

const DEFAULT_PORTS = { "http:": 80, "https:": 443 };

/** The conventions' methods; any other one is `_OTHER`, or metrics could have a series for each invention. */
const METHODS = new Set(["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"]);

export function knownMethod(method: string): string {
  return METHODS.has(method) ? method : "_OTHER";
}
