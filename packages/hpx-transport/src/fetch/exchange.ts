import { credentialedClient, defaultClient } from "#default-client";
import { TransportError } from "../error.js";
import type { HttpClient } from "../http/client.js";
import { isRedirect } from "../http/redirects.js";
import { SseConnection, type SseConnectInfo, type SseResponseHead } from "../sse/index.js";
import type { Call } from "./call.js";
import { FirstResponse } from "./first-response.js";
import { Encoder } from "./encoder.js";
import { eventBody } from "./event-body.js";
import { asFetchError } from "./failure.js";
import { FetchHooks } from "./hooks.js";
import type { FetchSettings } from "./options.js";
import { plainBody } from "./plain-body.js";
import { describe, hasNoBody, type ResponseFacts } from "./response.js";

/**
 * One call of `fetch`: a connection, whose first response resolves the call. If it is an event stream, the connection goes on
 * and its events are the body. If not, the response is taken from the connection, which ends.
 */
export class FetchExchange {
  readonly response: Promise<Response>;
  readonly #call: Call;
  readonly #first: FirstResponse;
  readonly #encoder = new Encoder();
  readonly #connection: SseConnection;
  #resolve: (response: Response) => void = () => {};
  #reject: (reason: unknown) => void = () => {};
  /** A body that was taken from the connection listens to the signal until it is over. */
  #taken = false;

  /** @throws {TransportError} `CONFIG` for a header that cannot be sent, or a handler that cannot be used */
  constructor(settings: FetchSettings, call: Call) {
    this.#call = call;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#first = new FirstResponse(clientOf(settings, call), call, {
      isWanted: (status, headers) => this.#isWanted(status, headers),
      take: (url) => {
        this.#take(url);
        void this.#connection.close();
      },
    });
    try {
      this.#connection = this.#open(settings);
    } catch (error) {
      call.signal.release();
      throw error;
    }
    void this.#follow(this.#connection);
  }

  /** Waits for the end of the connection. An error before the first response is the call's. */
  async #follow({ opened, handle }: SseConnection): Promise<void> {
    try {
      await opened;
    } catch (error) {
      this.#reject(asFetchError(error));
    }
    await handle.closed;
    if (!this.#taken) this.#call.signal.release();
  }

  #open(settings: FetchSettings): SseConnection {
    const { connection, openTimeout } = settings;
    const { method, url, headers, body, signal } = this.#call;
    const isHead = method === "HEAD";
    const lastEventId = headers.get("Last-Event-ID") ?? "";
    const handler = isHead ? undefined : settings.handlerFor({ method, url: new URL(url), headers, body, lastEventId });
    const hooks = new FetchHooks(handler, {
      encoder: this.#encoder,
      isHead,
      resend: connection.resend === true,
      onFirst: (info) => this.#stream(info),
      takes: (head, isStream) => this.#takes(head, isStream),
    });
    const source = {
      ...connection,
      url,
      // The hooks make a HEAD of it.
      method: isHead ? "GET" : method,
      headers,
      body,
      signal: signal.signal,
      client: this.#first,
      openTimeout,
      responseTimeout: settings.responseTimeout(handler?.responseTimeout),
    };
    return SseConnection.open(source, hooks.handler);
  }

  /** Whether a redirect is handed over and not followed. A response without a Location leads nowhere. */
  #isWanted(status: number, headers: Headers): boolean {
    if (!isRedirect(status)) return false;
    if (this.#call.redirect === "error") {
      throw TransportError.redirect(this.#call.url.origin, 'a redirect, and the call says `redirect: "error"`');
    }
    return this.#call.redirect === "manual" || !headers.has("Location");
  }

  /** The first response that is no redirect came: takes it from the connection where it is no stream. */
  #takes({ url }: SseResponseHead, isStream: boolean): boolean {
    if (isStream && this.#call.method !== "HEAD") return false;
    this.#take(url);
    return true;
  }

  /** Resolves the call with the response that came last. */
  #take(url: URL): void {
    const { response, controller } = this.#first.release();
    const { signal } = this.#call;
    this.#taken = true;
    const { status, headers } = response;
    let body: ReadableStream<Uint8Array> | null = null;
    if (this.#call.method === "HEAD" || hasNoBody(status)) {
      response.body.abort();
      signal.release();
    } else {
      body = plainBody(response.body, { signal: signal.signal, controller, onOver: () => signal.release() });
    }
    this.#answer(body, { status, statusText: response.statusText, headers, url });
  }

  /** Resolves the call with the events of the connection. */
  #stream({ status, headers, url }: SseConnectInfo): void {
    const body = eventBody(this.#connection, this.#encoder, this.#call.signal.signal);
    const described = new Headers(headers);
    described.delete("Content-Length");
    if (!described.has("Content-Type")) described.set("Content-Type", "text/event-stream");
    const { statusText } = this.#first;
    this.#first.pass();
    this.#answer(body, { status, statusText, headers: described, url });
  }

  #answer(body: ReadableStream<Uint8Array> | null, facts: Omit<ResponseFacts, "redirected">): void {
    try {
      this.#resolve(describe(body, { ...facts, redirected: this.#first.redirected }));
    } catch (error) {
      // Such as a status over 599, which a Response cannot have.
      void body?.cancel().catch(() => {});
      this.#reject(new TypeError("fetch failed", { cause: error }));
    }
  }
}

function clientOf({ connection }: FetchSettings, { credentialed }: Call): HttpClient {
  return connection.client ?? (credentialed ? credentialedClient() : defaultClient());
}
