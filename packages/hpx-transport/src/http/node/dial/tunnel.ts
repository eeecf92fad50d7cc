import { request, type ClientRequest, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { codedError, codeOf } from "../../failure.js";
import { proxyFailure, proxyRefusal } from "./proxy-failure.js";
import type { Proxy } from "./proxy-options.js";
import { type ByteReceiver, type Dial, type Dialed, type Dialing, startTls, type Target, targetOf } from "./dial.js";
import type { Tls } from "./tls.js";

/** The way to the servers behind `proxy`, which `dialProxy` leads to: a tunnel for https, the proxy itself for http. */
export function dialThrough(proxy: Proxy, dialProxy: Dial, tls: Tls): Dial {
  return (target, alpn, dialed, receiver) =>
    new ProxyDialing({ proxy, dialProxy, tls, target, alpn, receiver }, dialed);
}

interface Route {
  readonly proxy: Proxy;
  readonly dialProxy: Dial;
  readonly tls: Tls;
  readonly target: Target;
  readonly alpn: readonly string[];
  readonly receiver: ByteReceiver | undefined;
}

/** A connection by way of a proxy: to the proxy, through it (CONNECT, RFC 9110 section 9.3.6), and TLS at the end. */
class ProxyDialing implements Dialing {
  readonly #route: Route;
  readonly #dialed: Dialed;
  readonly #toProxy: Dialing;
  #connect: ClientRequest | undefined;
  /** TLS with the server, through the tunnel. */
  #inner: Dialing | undefined;
  #destroyed = false;

  constructor(route: Route, dialed: Dialed) {
    this.#route = route;
    this.#dialed = dialed;
    const { proxy, target, receiver } = route;
    const dialedProxy: Dialed = (error, socket) => {
      if (socket === null) this.#fail(proxyFailure(proxy, error));
      else if (target.secure) this.#openTunnel(socket);
      else dialed(null, socket);
    };
    const ofProxy = target.secure ? undefined : receiver;
    this.#toProxy = route.dialProxy(targetOf(proxy.url), ["http/1.1"], dialedProxy, ofProxy);
  }

  get errored(): Error | null {
    return this.#inner?.errored ?? this.#toProxy.errored;
  }

  destroy(): void {
    this.#destroyed = true;
    this.#inner?.destroy();
    this.#connect?.destroy();
    this.#toProxy.destroy();
  }

  #openTunnel(socket: Socket): void {
    const { proxy, target } = this.#route;
    const authority = `${target.host.includes(":") ? `[${target.host}]` : target.host}:${target.port}`;
    const headers = {
      Host: authority,
      ...(proxy.authorization !== undefined && { "Proxy-Authorization": proxy.authorization }),
    };
    const asked = request({ method: "CONNECT", path: authority, headers, createConnection: () => socket });
    this.#connect = asked;
    asked.on("error", (error) => this.#fail(proxyFailure(proxy, error)));
    asked.once("connect", (response, tunnel: Socket, early: Buffer) => this.#enter(response, tunnel, early));
    asked.end();
  }

  #enter({ statusCode = 0 }: IncomingMessage, tunnel: Socket, early: Buffer): void {
    const { proxy, target, tls, alpn, receiver } = this.#route;
    if (statusCode < 200 || statusCode > 299) {
      this.#fail(proxyRefusal(proxy, statusCode));
      return;
    }
    if (early.length > 0) {
      // In TLS the client speaks first.
      this.#fail(proxyFailure(proxy, new Error("it sent something into the tunnel before the server could")));
      return;
    }
    const dialedServer: Dialed = (error, socket) => {
      if (error !== null && codeOf(error) === "ECONNRESET") {
        this.#fail(codedError(`${error.message} (through ${proxy.name})`, "ECONNRESET"));
      } else if (error === null) this.#dialed(null, socket);
      else this.#fail(error);
    };
    this.#inner = startTls(target, tls, alpn, tunnel, dialedServer, receiver);
  }

  #fail(error: Error): void {
    if (this.#destroyed) return;
    this.destroy();
    this.#dialed(error, null);
  }
}
