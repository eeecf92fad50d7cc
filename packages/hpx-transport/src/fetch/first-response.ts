import type { HttpClient, HttpRequest, HttpResponse } from "../http/client.js";
import { isRedirect } from "../http/redirects.js";
import type { Call } from "./call.js";

/** Decides about redirects, and gets those that the caller is to see. */
export interface FirstResponseOwner {
  /** Whether a response is for the caller, as a redirect under `redirect: "manual"`. May throw. */
  isWanted(status: number, headers: Headers): boolean;
  /** Takes the response that is wanted. */
  take(url: URL): void;
}

/** A response that was taken from its connection, and what ends its exchange from now on. */
export interface TakenResponse {
  readonly response: HttpResponse;
  readonly controller: AbortController;
}

/** A response, and how its exchange is ended. */
interface Exchange extends TakenResponse {
  /** The end of the connection's attempt no longer ends the exchange. */
  readonly detach: () => void;
}

/**
 * Sends the requests of a connection through `client`. Until the first response was accepted or taken, a response can be
 * taken out: its exchange then outlives the attempt that asked for it.
 */
export class FirstResponse implements HttpClient {
  readonly uninstrumented: boolean | undefined;
  readonly #client: HttpClient;
  readonly #call: Call;
  readonly #owner: FirstResponseOwner;
  #last: Exchange | undefined;
  #redirected = false;
  #over = false;

  constructor(client: HttpClient, call: Call, owner: FirstResponseOwner) {
    this.uninstrumented = client.uninstrumented;
    this.#client = client;
    this.#call = call;
    this.#owner = owner;
  }

  /** The first response came after a redirect. */
  get redirected(): boolean {
    return this.#redirected;
  }

  /** The reason phrase of the last response. */
  get statusText(): string | undefined {
    return this.#last?.response.statusText;
  }

  /** Later requests are the connection's own. */
  pass(): void {
    this.#over = true;
    this.#last = undefined;
  }

  /** Takes the last response. */
  release(): TakenResponse {
    const last = this.#last;
    if (last === undefined) throw new Error("there is no response to take");
    last.detach();
    this.pass();
    return last;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    if (this.#over) return this.#client.send(request);
    const { signal } = request;
    const controller = new AbortController();
    const stop = (): void => controller.abort(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    const detach = (): void => signal.removeEventListener("abort", stop);
    let response: HttpResponse;
    try {
      response = await this.#client.send({ ...this.#asFetch(request), signal: controller.signal });
    } catch (error) {
      detach();
      throw error;
    }
    // A client may answer although it was told to stop.
    if (signal.aborted) return response;
    this.#last = { response, controller, detach };
    if (response.url !== undefined) this.#redirected = true;
    if (!this.#wants(response)) {
      if (isRedirect(response.status)) this.#redirected = true;
      return response;
    }
    this.#owner.take(this.#shownUrl(request));
    throw new Error("the response was taken");
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  #wants({ status, headers, body }: HttpResponse): boolean {
    try {
      return this.#owner.isWanted(status, headers);
    } catch (error) {
      body.abort();
      throw error;
    }
  }

  /** The headers that fetch sends: those of the transport say more, and a server may refuse a stream where JSON was asked for. */
  #asFetch(request: HttpRequest): HttpRequest {
    const { headers } = this.#call;
    const sent = new Headers(request.headers);
    if (sent.get("Accept") === "text/event-stream") sent.set("Accept", headers.get("Accept") ?? "*/*");
    if (!headers.has("Cache-Control")) sent.delete("Cache-Control");
    return { ...request, headers: sent };
  }

  /** Without what a signer added. */
  #shownUrl({ url }: HttpRequest): URL {
    return this.#redirected ? new URL(url.origin + url.pathname) : this.#call.url;
  }
}
