import { assertSendable } from "../failure.js";
import type { UndiciClientOptions } from "./options.js";
import type { UndiciDispatcher } from "./dispatcher.js";
import type { HttpClient, HttpRequest, HttpResponse } from "../client.js";
import { clientClosed } from "../failure.js";
import { OwnConnection, type Wire } from "./h1/connection.js";
import { targetOf } from "./dial/dial.js";
import { UndiciExchange } from "./exchange.js";
import { type MakeHttp1, NegotiatedWire } from "./h2/negotiate.js";
import { overProxy } from "./h1/absolute-form.js";
import { checkClientOptions, Routes } from "./routes.js";

/**
 * The client for Node, over the `undici` package's dispatcher: chunks come straight from the socket, gzip, deflate and br
 * are decoded as they arrive, and each request has a connection of its own that closes with the exchange. TLS, proxies
 * and HTTP/2 are options; the environment's proxies are honoured without one.
 *
 * TCP keep-alive notices a peer that vanished; there is no other limit on silence.
 */
export class UndiciClient implements HttpClient {
  readonly #dispatcher: UndiciDispatcher | undefined;
  readonly #routes: Routes;
  readonly #http2: boolean;
  readonly #open = new Set<UndiciExchange>();
  readonly #forget = (exchange: UndiciExchange): void => void this.#open.delete(exchange);
  #closed = false;

  /** @throws {TransportError} `CONFIG` for an option that cannot be used */
  constructor(options: UndiciClientOptions = {}) {
    checkClientOptions(options);
    this.#dispatcher = options.dispatcher;
    this.#routes = new Routes(options);
    this.#http2 = options.http2 ?? false;
  }

  /** As {@link HttpClient.send}. */
  send(request: HttpRequest): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      assertSendable(request, this.#closed);
      const wire = this.#wireFor(request.url);
      const exchange = new UndiciExchange({ request, resolve, reject }, this.#forget);
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
    const { dial, proxy, http2 } = this.#routes.to(url);
    const target = targetOf(url);
    const makeOwn: MakeHttp1 = (given) =>
      new OwnConnection(url.origin, given ?? ((dialed, receiver) => dial(target, ["http/1.1"], dialed, receiver)));
    if (target.secure) return this.#http2 ? new NegotiatedWire(http2.at(url.origin, target), makeOwn) : makeOwn();
    return proxy === undefined ? makeOwn() : overProxy(proxy, makeOwn());
  }
}
