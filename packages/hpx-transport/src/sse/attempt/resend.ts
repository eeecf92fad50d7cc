import { TransportError } from "../../error.js";
import type { HttpClient, HttpRequest, HttpResponse } from "../../http/client.js";
import { isSafeMethod } from "../../http/failure.js";

/** Statuses by which a server says that it did not act on the request. */
const NOT_ACTED_ON: ReadonlySet<number> = new Set([401, 408, 425, 429, 503]);

/**
 * Watches the requests of a connection for one promise: what a server may have acted on is not sent again. A request of an
 * unsafe method counts as acted on from the moment it is sent. It does not count any more when it surely was not: the
 * connection was not made, or a status says so. 500, 502 and 504 do not say so: behind a gateway, the work may be done.
 */
export class ResendGuard {
  #mayHaveActed = false;
  readonly #harmless: boolean;

  /** `harmless`: the caller says by the option `resend` that a second request does no harm. */
  constructor(harmless: boolean) {
    this.#harmless = harmless;
  }

  /** A server may have acted on a request of this connection. */
  get mayHaveActed(): boolean {
    return this.#mayHaveActed;
  }

  /** Returns `client`, watched. For each request of a chain of redirects: a server that answers 303 to a POST has acted. */
  watch(client: HttpClient): HttpClient {
    return { send: (request) => this.#send(client, request), close: () => client.close() };
  }

  async #send(client: HttpClient, request: HttpRequest): Promise<HttpResponse> {
    if (isSafeMethod(request.method)) return client.send(request);
    const before = this.#mayHaveActed;
    this.#mayHaveActed = !this.#harmless;
    try {
      const response = await client.send(request);
      if (NOT_ACTED_ON.has(response.status)) this.#mayHaveActed = before;
      return response;
    } catch (error) {
      if (wasNotSent(error)) this.#mayHaveActed = before;
      throw this.#harmless ? asHarmless(error) : error;
    }
  }
}

/** The error of a `reconnect()` that is refused. Nothing is dropped for it. */
export function neverSentAgain(method: string): TransportError<"SSE_STREAM_ENDED"> {
  return TransportError.sseStreamEnded({
    clean: true,
    retryable: false,
    message: `a ${method} that the server may have acted on is not sent again; the option resend allows it`,
  });
}

function wasNotSent(error: unknown): boolean {
  if (TransportError.is(error, "CONNECT")) return !error.details.requestSent;
  if (TransportError.is(error, "TIMEOUT")) return error.details.phase === "connect";
  return TransportError.is(error, "CONFIG");
}

/** A client does not retry an unsafe request that was sent. Where that is harmless, the error is one of a safe request. */
function asHarmless(error: unknown): unknown {
  if (TransportError.is(error, "TIMEOUT")) return TransportError.timeout(error.details.phase, error.details.limit);
  if (!TransportError.is(error, "CONNECT") || !error.details.requestSent) return error;
  return TransportError.connect(error.details.origin, { requestSent: true, cause: error.cause });
}
