import { show } from "../../checks/check.js";
import { TransportError } from "../../error.js";
import { checkNames } from "../../checks/option-names.js";
import type { UndiciClientOptions } from "./options.js";
import { environmentProxy } from "./dial/proxy-environment.js";
import { type Proxy, readProxy } from "./dial/proxy-options.js";
import { type Dial, dialDirectly } from "./dial/dial.js";
import { Http2Origins } from "./h2/origin.js";
import { Tls } from "./dial/tls.js";
import { dialThrough } from "./dial/tunnel.js";

/** How to get to a server. */
export interface Route {
  readonly dial: Dial;
  readonly proxy: Proxy | undefined;
  /** The HTTP/2 sessions over it. */
  readonly http2: Http2Origins;
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
    const direct = dialDirectly(this.#tls);
    this.#direct = { dial: direct, proxy: undefined, http2: new Http2Origins(direct) };
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
    const dial = dialThrough(proxy, dialDirectly(proxyTls), this.#tls);
    return { dial, proxy, http2: new Http2Origins(dial) };
  }
}

const CLIENT_NAMES = Object.keys({
  tls: true,
  proxy: true,
  http2: true,
  dispatcher: true,
} satisfies Record<keyof UndiciClientOptions, true>);

/** Throws `CONFIG` where `options` name what a given dispatcher has to do, what is no option, or what is no switch. */
export function checkClientOptions(options: UndiciClientOptions): void {
  checkNames(undefined, options, CLIENT_NAMES);
  const { dispatcher, http2 } = options;
  if (http2 !== undefined && typeof http2 !== "boolean") {
    throw TransportError.config("http2", show(http2), "it takes true or false");
  }
  if (dispatcher === undefined) return;
  for (const field of ["tls", "proxy", "http2"] as const) {
    if (options[field] === undefined || options[field] === false) continue;
    throw TransportError.config(field, "an option beside dispatcher", "configure the dispatcher itself");
  }
}
