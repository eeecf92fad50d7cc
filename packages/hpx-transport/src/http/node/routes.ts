import { addressOptions, type AddressOptions } from "./dial/address.js";
import { type Dial, dialDirectly } from "./dial/dial.js";
import { environmentProxy } from "./dial/proxy-environment.js";
import { type Proxy, readProxy } from "./dial/proxy-options.js";
import { Tls } from "./dial/tls.js";
import { dialThrough } from "./dial/tunnel.js";
import { Http2Origins } from "./h2/origin.js";
import type { NodeClientOptions } from "./options.js";

/** How to get to a server. */
export interface Route {
  readonly dial: Dial;
  readonly proxy: Proxy | undefined;
  /** The HTTP/2 sessions over it. */
  readonly http2: Http2Origins;
}

/** The routes that a client's options allow: direct, through the proxy that was given, or as the environment says. */
export class Routes {
  readonly #tls: Tls;
  readonly #address: AddressOptions;
  readonly #direct: Route;
  /** The route of every request, unless the environment decides. */
  readonly #fixed: Route | undefined;
  /** The environment's proxies that were used, by variable and value. */
  readonly #fromEnvironment = new Map<string, Route>();

  /** Throws `CONFIG` for options that cannot be used. */
  constructor({ tls, proxy, ...address }: NodeClientOptions) {
    this.#tls = new Tls("tls", tls);
    this.#address = addressOptions(address);
    const direct = dialDirectly(this.#tls, this.#address);
    this.#direct = { dial: direct, proxy: undefined, http2: new Http2Origins(direct) };
    if (proxy === false || address.socketPath !== undefined) this.#fixed = this.#direct;
    else if (proxy !== undefined) this.#fixed = this.#through("proxy", proxy);
  }

  /** Throws `CONFIG` where the environment names a proxy that cannot be used. */
  to(url: URL): Route {
    if (this.#fixed !== undefined) return this.#fixed;
    const found = environmentProxy(url, process.env);
    if (found === undefined) return this.#direct;
    const key = `${found.variable}=${found.url}`;
    const route = this.#fromEnvironment.get(key) ?? this.#through(found.variable, found.url);
    this.#fromEnvironment.set(key, route);
    return route;
  }

  #through(field: string, given: Exclude<NodeClientOptions["proxy"], false | undefined>): Route {
    const proxy = readProxy(field, given);
    const proxyTls = new Tls(`${field}.tls`, typeof given === "object" && "tls" in given ? given.tls : undefined);
    const dial = dialThrough(proxy, dialDirectly(proxyTls, this.#address), this.#tls);
    return { dial, proxy, http2: new Http2Origins(dial) };
  }
}
