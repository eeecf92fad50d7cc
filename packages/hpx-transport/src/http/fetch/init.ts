import { TransportError } from "../../error.js";
import type { HttpRequest } from "../client.js";
import { unsendable } from "../failure.js";
import { headersToSend, overwrittenHeaders, repeatsRequests } from "./runtime.js";

/** How fetch is to take a request. */
export interface FetchMode {
  readonly redirect: "manual" | "follow";
  readonly credentials: RequestCredentials | undefined;
}

/**
 * The request in fetch's terms. It is tried on a `Request` first, because fetch itself fails in one way for a bad
 * request and for a bad network.
 *
 * @throws {TransportError} `CONFIG` where the runtime cannot send it as it is
 */
export function fetchInit(request: HttpRequest, { redirect, credentials }: FetchMode): RequestInit {
  const { method, url, body } = request;
  const headers = headersToSend(request.headers);
  const init: RequestInit = {
    method,
    headers,
    redirect,
    body: (body as BodyInit | undefined) ?? null,
    ...(credentials !== undefined && { credentials }),
  };
  // Some edge runtimes know no cache and refuse the option.
  const uncached: RequestInit = { ...init, cache: "no-store" };
  if (refusal(url, uncached, headers) === undefined) return sentOnce(uncached, body);
  const error = refusal(url, init, headers);
  if (error === undefined) return sentOnce(init, body);
  throw error;
}

/** Why the runtime cannot send this as it was given: it may refuse, or overwrite a header. */
function refusal(url: URL, init: RequestInit, headers: Headers): TransportError<"CONFIG"> | undefined {
  let made: Request;
  try {
    made = new Request(url, init);
  } catch (error) {
    return unsendable(error instanceof Error ? error : new Error(String(error)));
  }
  const overwritten = overwrittenHeaders();
  const kept = [...headers].find(([name, value]) => {
    return !made.headers.has(name) || (overwritten.has(name) && value !== url.host);
  })?.[0];
  if (kept === undefined) return undefined;
  return TransportError.config("headers", `the header ${kept}`, "this runtime does not let it be set");
}

/** A body that can be read only once: no runtime sends it again by itself. */
function sentOnce(init: RequestInit, body: string | Uint8Array | undefined): RequestInit {
  if (body === undefined || !repeatsRequests()) return init;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(typeof body === "string" ? new TextEncoder().encode(body) : body);
      controller.close();
    },
  });
  return { ...init, body: stream as BodyInit, duplex: "half" } as RequestInit;
}
