import { TransportError } from "../error.js";
import type { UndiciClientOptions } from "./client-options.js";
import { environmentProxy } from "./proxy-environment.js";
import { type Proxy, readProxy } from "./proxy-options.js";
import { type Dial, dialDirectly } from "./undici-dial.js";
import { Tls } from "./undici-tls.js";
import { dialThrough } from "./undici-tunnel.js";

/** How to get to a server. */
export interface Route {
  readonly dial: Dial;
  readonly proxy: Proxy | undefined;
}

/** The ways that a client's options leave open: direct, through the proxy that was given, or as the environment says. */
export class Routes {
  readonly #tls: Tls;
  readonly #direct: Route;
  /** The route of every request, unless the environment decides. */
  readonly #fixed: Route | undefined;
  /** The environment's proxies that were used, by variable and value. */
  readonly #fromEnvironment = new Map<string, Route>();

  /** Throws `CONFIG` for options that cannot be used. */
  constructor({ tls, proxy }: Pick<UndiciClientOptions, "tls" | "proxy">) {
    this.#tls = new Tls("tls", tls);
    this.#direct = { dial: dialDirectly(this.#tls), proxy: undefined };
    if (proxy === false) this.#fixed = this.#direct;
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

  #through(field: string, given: Exclude<UndiciClientOptions["proxy"], false | undefined>): Route {
    const proxy = readProxy(field, given);
    const proxyTls = new Tls(`${field}.tls`, typeof given === "object" && "tls" in given ? given.tls : undefined);
    return { dial: dialThrough(proxy, dialDirectly(proxyTls), this.#tls), proxy };
  }
}

/** Throws `CONFIG` where `options` name what a given dispatcher has to do. */
export function checkClientOptions(options: UndiciClientOptions): void {
  if (options.dispatcher === undefined) return;
  for (const field of ["tls", "proxy"] as const) {
    if (options[field] === undefined || options[field] === false) continue;
    throw TransportError.config(field, "an option beside dispatcher", "configure the dispatcher itself");
  }
}
