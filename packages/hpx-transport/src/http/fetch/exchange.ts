import { showUrl } from "../../checks/check.js";
import { TransportError } from "../../error.js";
import type { HttpRequest, HttpResponse } from "../client.js";
import { clientClosed, codeOf, isSafeMethod, rootCause, sendFailure } from "../failure.js";
import { Lifetime } from "../lifetime.js";
import { FetchBody } from "./body.js";
import { explainFailedFetch } from "./cors.js";
import { fetchInit } from "./init.js";
import { receivedHeaders, restrictsOrigins } from "./runtime.js";

// fetch does not say how far a request came; with one of these codes nothing was sent.
const NEVER_SENT = /^(?:ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT|ConnectionRefused)/;

/** The function that sends, and which cookies go with it: see `FetchClientOptions`. */
interface FetchExchangeOptions {
  readonly fetch?: typeof fetch | undefined;
  readonly credentials?: RequestCredentials | undefined;
}

/** One request and its response over fetch. */
export class FetchExchange {
  readonly #request: HttpRequest;
  readonly #options: FetchExchangeOptions;
  readonly #onOver: () => void;
  readonly #controller = new AbortController();
  readonly #lifetime: Lifetime;
  #body: FetchBody | undefined;

  constructor(request: HttpRequest, options: FetchExchangeOptions, onOver: () => void) {
    this.#request = request;
    this.#options = options;
    this.#onOver = onOver;
    this.#lifetime = new Lifetime(request.signal, (reason) => {
      this.#body?.abort();
      this.#controller.abort(reason);
    });
  }

  async run(): Promise<HttpResponse> {
    try {
      this.#startDeadline();
      // Where a redirect is hidden and may be followed, the browser follows it from the start: the first URL is asked once.
      const hidden = this.#request.hiddenRedirect === "follow" && restrictsOrigins();
      const response = await this.#follow(await this.#send(hidden ? "follow" : "manual"));
      this.#lifetime.clearDeadline();
      assertStreams(response, this.#request.method);
      this.#body = new FetchBody(response.body, () => {
        this.#end();
      });
      const { status, statusText, redirected, url } = response;
      const headers = receivedHeaders(response.headers);
      return { status, statusText, headers, body: this.#body, ...(redirected && { url: new URL(url) }) };
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Ends the exchange because its client closes. */
  close(): void {
    this.#controller.abort(clientClosed());
  }

  /** A browser does not show the target of a redirect: it can only be left to the browser, or refused. */
  async #follow(response: Response): Promise<Response> {
    if (response.type !== "opaqueredirect") return response;
    const { hiddenRedirect, url } = this.#request;
    if (hiddenRedirect === "follow") return this.#send("follow");
    throw TransportError.redirect(
      showUrl(url),
      "the server redirects, and this runtime does not show where to; following blindly could give headers away",
    );
  }

  async #send(redirect: "manual" | "follow"): Promise<Response> {
    const { url } = this.#request;
    const init = fetchInit(this.#request, { redirect, credentials: this.#options.credentials });
    const { signal } = this.#controller;
    // Called without an object, as browsers demand of their fetch.
    const send = this.#options.fetch ?? globalThis.fetch;
    try {
      const response = await send(url.href, { ...init, signal });
      // The signal may fire between the response and this line.
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
    const explained = explainFailedFetch(reason, this.#request);
    return sendFailure(this.#request, explained, !NEVER_SENT.test(codeOf(rootCause(reason)) ?? ""));
  }

  #end(): void {
    this.#lifetime.end();
    this.#controller.abort();
    this.#onOver();
  }
}

/**
 * The standard's response has a body, or `null` for none. React Native's has no such property: it comes when all of the
 * body is there, and gives the body as a whole. A refusal is told all the same, without its text.
 */
function assertStreams(response: Pick<Response, "ok" | "status"> & { body?: unknown }, method: string): void {
  if (response.body !== undefined || !response.ok) return;
  if (method === "HEAD" || response.status === 204 || response.status === 205) return;
  throw TransportError.config(
    "fetch",
    "a fetch whose responses have no body to read",
    "give FetchClient one that streams: on React Native that of expo/fetch or of react-native-fetch-api",
  );
}
