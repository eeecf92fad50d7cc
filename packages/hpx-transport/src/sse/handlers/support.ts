import type { AnyTransportError } from "../../error.js";
import { dropBodyHeaders } from "../../http/headers.js";
import type { SseRequest } from "../protocol/handler.js";

/**
 * Whether to retry a request that asks for work. Not once it was accepted, also where no event came yet: the server may be
 * working on it, and would do the work, and bill it, a second time.
 */
export function retryUnlessAccepted({ code, retryable }: AnyTransportError): boolean {
  return retryable && code !== "SSE_STREAM_ENDED" && code !== "IDLE_TIMEOUT";
}

/** The JSON of an event's data; undefined where it is not JSON. */
export function jsonOf(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** The JSON of a request's body; undefined where it is a function's, or no JSON. */
export function jsonOfBody(body: SseRequest["body"]): unknown {
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : body;
  return typeof text === "string" ? jsonOf(text) : undefined;
}

/** The GET at `url` that takes up the answer to `request`, with its headers but for those of its body. */
export function resumedBy(request: SseRequest, url: URL): SseRequest {
  const headers = new Headers(request.headers);
  dropBodyHeaders(headers);
  headers.set("Accept", "text/event-stream");
  return { ...request, method: "GET", url, headers, body: undefined };
}

/** The value at `path` in a value from outside; undefined where there is none. */
export function at(value: unknown, ...path: string[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}
