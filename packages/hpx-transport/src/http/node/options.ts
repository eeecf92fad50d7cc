import type { UndiciDispatcher } from "./dispatcher.js";
import type { ProxyOptions } from "./dial/proxy-options.js";
import type { TlsOptions } from "./dial/tls-options.js";

/** Options of `UndiciClient`. What cannot be used is `CONFIG`, thrown by the constructor and naming the field. */
export interface UndiciClientOptions {
  /**
   * Certificates and keys for https.
   *
   * @defaultValue Node's certificate authorities, no client certificate
   */
  readonly tls?: TlsOptions | undefined;
  /**
   * The HTTP proxy to go through: `"http://user:password@host:port"`, an object, or `false` for none at all. https goes
   * through a tunnel (CONNECT), plain http by requests that name the whole URL.
   *
   * @defaultValue what the environment says when a request is sent: `http_proxy`, `https_proxy` and `no_proxy`, or
   * the same in capitals where these are not set
   */
  readonly proxy?: string | URL | ProxyOptions | false | undefined;
  /**
   * `true` offers HTTP/2 to https servers. Where a server takes it, all requests to its origin share one session, which
   * is closed with its last stream; the others are spoken to in HTTP/1.1. A session whose peer is silent and leaves a
   * PING unanswered is given up within 45 seconds.
   *
   * @defaultValue `false`
   */
  readonly http2?: boolean | undefined;
  /**
   * Sends every request through this dispatcher of the `undici` package (an `Agent`, `ProxyAgent`, `MockAgent` ...) and
   * its connections. It stays yours: it is never closed, its own timeouts hold beside ours, TLS, proxies and HTTP/2 are
   * its business, and the environment's proxies are not looked at.
   *
   * @defaultValue a connection of its own for every request, closed as soon as the response is over
   */
  readonly dispatcher?: UndiciDispatcher | undefined;
}
