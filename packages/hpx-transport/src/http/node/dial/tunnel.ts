import type { Socket } from "node:net";
import { codedError, codeOf } from "../../failure.js";
import { cutShort } from "../h1/body.js";
import { HeadReader, type ResponseHead } from "../h1/head.js";
import { writeHead } from "../h1/request.js";
import {
  type Dial,
  type DialCallback,
  type PendingSocket,
  type ReceiverSlot,
  startTls,
  type Target,
  targetOf,
} from "./dial.js";
import { proxyFailure, proxyRefusal } from "./failures.js";
import type { Proxy } from "./proxy-options.js";
import type { Tls } from "./tls.js";

/** The way to the servers behind `proxy`, which `dialProxy` leads to: a tunnel for https and where one is wanted, else the proxy itself. */
export function dialThrough(proxy: Proxy, dialProxy: Dial, tls: Tls): Dial {
  return (target, alpn, dialed, slot) => new ProxySocket({ proxy, dialProxy, tls, target, alpn, slot }, dialed);
}

interface ProxyRoute {
  readonly proxy: Proxy;
  readonly dialProxy: Dial;
  readonly tls: Tls;
  readonly target: Target;
  readonly alpn: readonly string[];
  readonly slot: ReceiverSlot | undefined;
}

/** A connection by way of a proxy: to the proxy, through it (CONNECT, RFC 9110 section 9.3.6), and TLS at the end for https. */
class ProxySocket implements PendingSocket {
  readonly #route: ProxyRoute;
  readonly #dialed: DialCallback;
  readonly #toProxy: PendingSocket;
  /** TLS with the server, through the tunnel. */
  #inner: PendingSocket | undefined;
  #destroyed = false;

  constructor(route: ProxyRoute, dialed: DialCallback) {
    this.#route = route;
    this.#dialed = dialed;
    const { proxy, target, slot } = route;
    const isTunnel = target.secure || target.tunnel === true;
    const dialedProxy: DialCallback = (error, socket) => {
      if (socket === null) this.#fail(proxyFailure(proxy, error));
      else if (isTunnel) this.#openTunnel(socket);
      else dialed(null, socket);
    };
    this.#toProxy = route.dialProxy(targetOf(proxy.url), ["http/1.1"], dialedProxy, isTunnel ? undefined : slot);
  }

  destroy(): void {
    this.#destroyed = true;
    this.#inner?.destroy();
    this.#toProxy.destroy();
  }

  #openTunnel(socket: Socket): void {
    const { proxy, target } = this.#route;
    const host = `${target.host.includes(":") ? `[${target.host}]` : target.host}:${target.port}`;
    const headers: [string, string][] =
      proxy.authorization === undefined ? [] : [["Proxy-Authorization", proxy.authorization]];
    const reader = new HeadReader();
    const onEnd = (): void => {
      this.#fail(proxyFailure(proxy, cutShort(socket.errored)));
    };
    const onData = (bytes: Uint8Array): void => {
      let head: ResponseHead | undefined;
      try {
        head = reader.read(bytes);
      } catch (error) {
        this.#fail(proxyFailure(proxy, error as Error));
      }
      if (head === undefined) return;
      // TLS must find the socket paused and without listeners of ours: what comes next is not for them.
      socket.pause();
      socket.off("data", onData).off("end", onEnd).off("close", onEnd);
      this.#enter(socket, head, reader.rest);
    };
    socket.on("data", onData).on("end", onEnd).on("close", onEnd);
    socket.write(writeHead({ method: "CONNECT", target: host, host, headers, bodyLength: undefined }), "latin1");
  }

  /** A length or a coding of the answer does not count: after a 2xx the tunnel begins (RFC 9110, section 9.3.6). */
  #enter(socket: Socket, head: ResponseHead, rest: Uint8Array): void {
    const { proxy, target, tls, alpn, slot } = this.#route;
    if (head.status > 299) {
      this.#fail(proxyRefusal(proxy, head));
      return;
    }
    if (rest.length > 0) {
      // In TLS, and in HTTP, the client speaks first.
      this.#fail(proxyFailure(proxy, new Error("it sent something into the tunnel before the server could")));
      return;
    }
    if (!target.secure) {
      // As any other new socket: it is read as soon as there is a listener. Nothing comes before the request is sent.
      socket.resume();
      this.#dialed(null, socket);
      return;
    }
    const dialedServer: DialCallback = (error, connected) => {
      if (error !== null && codeOf(error) === "ECONNRESET") {
        this.#fail(codedError(`${error.message} (through ${proxy.name})`, "ECONNRESET"));
      } else if (error === null) this.#dialed(null, connected);
      else this.#fail(error);
    };
    this.#inner = startTls({ target, tls, alpn, tunnel: socket }, dialedServer, slot);
  }

  #fail(error: Error): void {
    if (this.#destroyed) return;
    this.destroy();
    this.#dialed(error, null);
  }
}
