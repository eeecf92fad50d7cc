import { admit } from "./admission.js";
import type { UndiciClientOptions } from "./client-options.js";
import type { UndiciDispatcher } from "./dispatcher.js";
import type { HttpClient, HttpRequest, HttpResponse } from "./http-client.js";
import { clientClosed } from "./send-failure.js";
import { OwnConnection, type Wire } from "./undici-connection.js";
import { targetOf } from "./undici-dial.js";
import { UndiciExchange } from "./undici-exchange.js";
import { overProxy } from "./undici-proxy-wire.js";
import { checkClientOptions, Routes } from "./undici-routes.js";

/**
 * The client for Node, over the `undici` package's dispatcher: chunks come straight from the socket, gzip, deflate and br
 * are decoded as they arrive, and each request has a connection of its own that closes with the exchange. TLS and
 * proxies are options; the environment's proxies are honoured without one.
 *
 * TCP keep-alive notices a peer that vanished; there is no other limit on silence.
 */
export class UndiciClient implements HttpClient {
  readonly #dispatcher: UndiciDispatcher | undefined;
  readonly #routes: Routes;
  readonly #open = new Set<UndiciExchange>();
  #closed = false;

  /** Throws `CONFIG` for an option that cannot be used. */
  constructor(options: UndiciClientOptions = {}) {
    checkClientOptions(options);
    this.#dispatcher = options.dispatcher;
    this.#routes = new Routes(options);
  }

  send(request: HttpRequest): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      admit(request, this.#closed);
      const wire = this.#wireFor(request.url);
      const exchange = new UndiciExchange(request, {
        resolve,
        reject,
        onOver: () => this.#open.delete(exchange),
      });
      this.#open.add(exchange);
      exchange.start(wire);
    });
  }

  /** Aborts what is still open; the dispatcher that was given stays as it is. */
  close(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#open) exchange.fail(clientClosed());
    return Promise.resolve();
  }

  #wireFor(url: URL): Wire {
    const dispatcher = this.#dispatcher;
    if (dispatcher !== undefined) {
      return {
        dispatch: (options, handler) => dispatcher.dispatch(options, handler),
        release: () => {},
        failure: null,
      };
    }
    const { dial, proxy } = this.#routes.to(url);
    const target = targetOf(url);
    const own = new OwnConnection(url.origin, (dialed) => dial(target, ["http/1.1"], dialed));
    return proxy !== undefined && !target.secure ? overProxy(proxy, own) : own;
  }
}
