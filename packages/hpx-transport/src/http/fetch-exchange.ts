import { TransportError } from "../error.js";
import { codeOf } from "./error-code.js";
import { FetchBody } from "./fetch-body.js";
import type { FetchClientOptions } from "./fetch-options.js";
import type { HttpRequest, HttpResponse } from "./http-client.js";
import { Lifetime } from "./lifetime.js";
import { isSafeMethod } from "./safe-methods.js";
import { clientClosed, rootCause, sendFailure, unsendable } from "./send-failure.js";

// fetch does not tell how far a request came; where the runtime gives one of these codes, it did not even start.
const NEVER_SENT = /^(?:ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT|ConnectionRefused)/;

/** One request and its response over fetch. */
export class FetchExchange {
  readonly #request: HttpRequest;
  readonly #options: FetchClientOptions;
  readonly #onOver: () => void;
  readonly #controller = new AbortController();
  readonly #lifetime: Lifetime;
  #body: FetchBody | undefined;

  constructor(request: HttpRequest, options: FetchClientOptions, onOver: () => void) {
    this.#request = request;
    this.#options = options;
    this.#onOver = onOver;
    this.#lifetime = new Lifetime(request.signal, () => {
      this.#body?.abort();
      this.#controller.abort(request.signal.reason);
    });
  }

  async run(): Promise<HttpResponse> {
    try {
      this.#startDeadline();
      const response = await this.#follow(await this.#send("manual"));
      this.#lifetime.clearDeadline();
      this.#body = new FetchBody(response.body, () => {
        this.#end();
      });
      const { status, headers, redirected, url } = response;
      return { status, headers, body: this.#body, ...(redirected && { url: new URL(url) }) };
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Ends the exchange because its client closes. */
  close(): void {
    this.#controller.abort(clientClosed());
  }

  /** A browser does not show where a redirect leads: it can only be left to the browser, or refused. */
  async #follow(response: Response): Promise<Response> {
    if (response.type !== "opaqueredirect") return response;
    const { hiddenRedirect, url } = this.#request;
    if (hiddenRedirect === "follow") return this.#send("follow");
    throw TransportError.redirect(
      url.origin + url.pathname,
      "the server redirects, and this runtime does not show where to; following blindly could give headers away",
    );
  }

  async #send(redirect: "manual" | "follow"): Promise<Response> {
    const { url } = this.#request;
    const init = usableInit(this.#request, { redirect, credentials: this.#options.credentials });
    const { signal } = this.#controller;
    // Called without an object, as browsers demand of their fetch.
    const send = this.#options.fetch ?? globalThis.fetch;
    try {
      const response = await send(url.href, { ...init, signal });
      // The signal may fire after the response came and before anybody sees it.
      signal.throwIfAborted();
      return response;
    } catch (error) {
      throw this.#explain(signal.aborted ? signal.reason : error);
    }
  }

  #startDeadline(): void {
    const { connectTimeout, responseTimeout, method } = this.#request;
    const limit = connectTimeout > 0 && responseTimeout > 0 ? connectTimeout + responseTimeout : 0;
    this.#lifetime.setDeadline(limit, () => {
      this.#controller.abort(TransportError.timeout("response", limit, { retryable: isSafeMethod(method) }));
    });
  }

  #explain(reason: unknown): unknown {
    if (this.#request.signal.aborted || TransportError.is(reason)) return reason;
    return sendFailure(this.#request, reason, !NEVER_SENT.test(codeOf(rootCause(reason)) ?? ""));
  }

  #end(): void {
    this.#lifetime.end();
    this.#controller.abort();
    this.#onOver();
  }
}

/**
 * The request in fetch's terms. It is tried on a `Request` first, because fetch itself fails in one way for a bad
 * request and for a bad network.
 */
function usableInit(
  request: HttpRequest,
  { redirect, credentials }: { redirect: "manual" | "follow"; credentials: RequestCredentials | undefined },
): RequestInit {
  const { method, url, body } = request;
  const init: RequestInit = {
    method,
    headers: headersOf(request),
    redirect,
    body: (body as BodyInit | undefined) ?? null,
    ...(credentials !== undefined && { credentials }),
  };
  // Some edge runtimes know no cache and refuse the option.
  const uncached: RequestInit = { ...init, cache: "no-store" };
  if (refusal(url, uncached) === undefined) return uncached;
  const error = refusal(url, init);
  if (error === undefined) return init;
  throw unsendable(error);
}

/**
 * Browsers send `Cache-Control: no-cache` by themselves where the cache is not to be used. Given as a header it would
 * cost a preflight at another origin, which `EventSource` does without.
 */
function headersOf({ headers }: HttpRequest): Headers {
  // What browsers, and only they, have in windows and workers alike: they restrict what may be sent to other origins.
  const restrictsOrigins = "crossOriginIsolated" in globalThis;
  if (!restrictsOrigins || headers.get("Cache-Control") !== "no-cache") return headers;
  const remaining = new Headers(headers);
  remaining.delete("Cache-Control");
  return remaining;
}

function refusal(url: URL, init: RequestInit): Error | undefined {
  try {
    void new Request(url, init);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
