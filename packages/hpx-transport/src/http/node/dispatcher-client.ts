import { TransportError } from "../../error.js";
import type { HttpClient, HttpRequest, HttpResponse } from "../client.js";
import { DispatcherChannel, type UndiciDispatcher } from "./dispatcher.js";
import { Exchanges } from "./exchange.js";

/**
 * A client that sends through a dispatcher of the `undici` package, 7 or 8: an `Agent`, `ProxyAgent`, `MockAgent` ... and
 * its connections. TLS, proxies, HTTP/2 and pooling are the dispatcher's business, its own timeouts hold beside the
 * request's, and the environment's proxies are not looked at. Bodies are decoded as in `NodeClient`.
 *
 * A dispatcher of undici 5 or 6 has another interface: a request through it is `CONFIG`.
 */
export class DispatcherClient implements HttpClient {
  readonly #exchanges = new Exchanges();
  readonly #makeChannel: () => DispatcherChannel;

  /** @throws {TransportError} `CONFIG` for a value without a `dispatch` method */
  constructor(dispatcher: UndiciDispatcher) {
    if (typeof (dispatcher as Partial<UndiciDispatcher> | null | undefined)?.dispatch !== "function") {
      throw TransportError.config(
        "dispatcher",
        "this value",
        "it takes a dispatcher of undici 7 or 8, such as an Agent",
      );
    }
    this.#makeChannel = () => new DispatcherChannel(dispatcher);
  }

  /** As {@link HttpClient.send}. */
  send(request: HttpRequest): Promise<HttpResponse> {
    return this.#exchanges.send(request, this.#makeChannel);
  }

  /** Aborts what is still open. The dispatcher belongs to the caller and is not closed. */
  close(): Promise<void> {
    this.#exchanges.close();
    return Promise.resolve();
  }
}
