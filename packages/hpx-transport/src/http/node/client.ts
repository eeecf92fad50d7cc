import type { HttpClient, HttpRequest, HttpResponse } from "../client.js";
import type { RequestChannel } from "./channel.js";
import { targetOf } from "./dial/dial.js";
import { Exchanges } from "./exchange.js";
import { Http1Connection } from "./h1/connection.js";
import { type MakeHttp1, NegotiatedChannel } from "./h2/negotiate.js";
import { type NodeClientOptions, readClientOptions } from "./options.js";
import { Routes } from "./routes.js";

/**
 * The client for Node: chunks come straight from the socket, gzip, deflate, br and (from Node 22.15 on) zstd are decoded as
 * they arrive, and each request has a connection of its own that closes with the exchange. TLS, proxies, HTTP/2 and how
 * sockets are opened are options; the environment's proxies are honoured without one. A request without a `User-Agent` gets
 * one that names this package and its version.
 *
 * A body in more than two codings, or one that grows to more than 16 MiB plus 200 times its size, is an error.
 *
 * TCP keep-alive notices a peer that vanished; there is no other limit on silence.
 */
export class NodeClient implements HttpClient {
  /** `true`: nothing in Node reports the requests of our own HTTP/1.1, and no instrumentation those of `node:http2`. */
  readonly uninstrumented = true;
  readonly #routes: Routes;
  readonly #http2: boolean;
  readonly #exchanges = new Exchanges();
  readonly #makeChannel = ({ url }: HttpRequest): RequestChannel => this.#channelTo(url);

  /** @throws {TransportError} `CONFIG` for an option that cannot be used */
  constructor(options: NodeClientOptions = {}) {
    const { http2, ...rest } = readClientOptions(options);
    this.#routes = new Routes(rest);
    this.#http2 = http2;
  }

  /** As {@link HttpClient.send}. */
  send(request: HttpRequest): Promise<HttpResponse> {
    return this.#exchanges.send(request, this.#makeChannel);
  }

  /** Aborts what is still open. */
  close(): Promise<void> {
    this.#exchanges.close();
    return Promise.resolve();
  }

  /**
   * Opens a connection to the server of `url` for another protocol, which begins with HTTP/1.1: a proxy is asked for a tunnel.
   * `dialed` gets a `Socket` of `node:net`; a type of Node here would be one for users in browsers, too.
   *
   * @internal
   */
  dial(
    url: URL,
    dialed: (error: Error | null, socket: unknown) => void,
  ): {
    /** Gives the connection up. */
    destroy(): void;
  } {
    return this.#routes.to(url).dial({ ...targetOf(url), tunnel: true, copies: true }, ["http/1.1"], dialed);
  }

  #channelTo(url: URL): RequestChannel {
    const { dial, proxy, http2 } = this.#routes.to(url);
    const target = targetOf(url);
    const makeHttp1: MakeHttp1 = (given) =>
      new Http1Connection(
        given ?? ((dialed, slot) => dial(target, ["http/1.1"], dialed, slot)),
        target.secure ? undefined : proxy,
      );
    const origin = target.secure && this.#http2 ? http2.at(url.origin, target) : undefined;
    return origin === undefined ? makeHttp1() : new NegotiatedChannel(origin, makeHttp1);
  }
}
