import { buildConnector } from "undici";
import { admit } from "./admission.js";
import type { UndiciClientOptions, UndiciDispatcher } from "./dispatcher.js";
import type { HttpClient, HttpRequest, HttpResponse } from "./http-client.js";
import { clientClosed } from "./send-failure.js";
import { OwnConnection, type Wire } from "./undici-connection.js";
import { UndiciExchange } from "./undici-exchange.js";

/**
 * The client for Node, over the `undici` package's dispatcher: chunks come straight from the socket, gzip, deflate and br
 * are decoded as they arrive, and each request has a connection of its own that closes with the exchange.
 *
 * TCP keep-alive notices a peer that vanished; there is no other limit on silence.
 */
export class UndiciClient implements HttpClient {
  readonly #dispatcher: UndiciDispatcher | undefined;
  /** Made once, because it keeps the TLS sessions: a reconnect resumes the last one. */
  readonly #connect: buildConnector.connector = buildConnector({
    timeout: 0,
    keepAlive: true,
    keepAliveInitialDelay: 15_000,
    autoSelectFamily: true,
    // Node's own 250 ms give up on addresses that are merely far away.
    autoSelectFamilyAttemptTimeout: 1000,
  });
  readonly #open = new Set<UndiciExchange>();
  #closed = false;

  constructor(options: UndiciClientOptions = {}) {
    this.#dispatcher = options.dispatcher;
  }

  send(request: HttpRequest): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      admit(request, this.#closed);
      const exchange = new UndiciExchange(request, {
        resolve,
        reject,
        onOver: () => this.#open.delete(exchange),
      });
      this.#open.add(exchange);
      exchange.start(this.#wireFor(request));
    });
  }

  /** Aborts what is still open; the dispatcher that was given stays as it is. */
  close(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#open) exchange.fail(clientClosed());
    return Promise.resolve();
  }

  #wireFor(request: HttpRequest): Wire {
    const dispatcher = this.#dispatcher;
    if (dispatcher === undefined) return new OwnConnection(request.url.origin, this.#connect);
    return {
      dispatch: (options, handler) => dispatcher.dispatch(options, handler),
      release: () => {},
      failure: null,
    };
  }
}
