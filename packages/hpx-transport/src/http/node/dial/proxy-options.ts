import { show, showKind } from "../../../checks/check.js";
import { TransportError } from "../../../error.js";
import { checkNames } from "../../../checks/option-names.js";
import { textAsBytes } from "../../headers.js";
import type { TlsOptions } from "./tls-options.js";

/** An HTTP proxy. The password is never shown in an error or an inspected object. */
export interface ProxyOptions {
  /** `http://host:port`, or `https://` for a proxy that is spoken to over TLS. It may hold the name and the password. */
  readonly url: string | URL;
  /**
   * The name to log in with (Basic).
   *
   * @defaultValue the one in `url`
   */
  readonly username?: string | undefined;
  /**
   * The password to `username`.
   *
   * @defaultValue the one in `url`
   */
  readonly password?: string | undefined;
  /**
   * Certificates for TLS with the proxy itself; the client's `tls` is for the servers behind it.
   *
   * @defaultValue Node's certificate authorities, no client certificate
   */
  readonly tls?: TlsOptions | undefined;
}

const PROXY_NAMES = Object.keys({
  url: true,
  username: true,
  password: true,
  tls: true,
} satisfies Record<keyof ProxyOptions, true>);

/** A proxy as it is used. */
export interface Proxy {
  /** Scheme, host and port, nothing else. */
  readonly url: URL;
  /** How errors call it: without a password, and with where it was set. */
  readonly name: string;
  /** The `Proxy-Authorization` header. */
  readonly authorization: string | undefined;
}

/**
 * The proxy that `given` describes; errors call the setting `field`.
 *
 * Throws `CONFIG` for what is none, without showing it: it may hold a password.
 */
export function readProxy(field: string, given: string | URL | ProxyOptions): Proxy {
  const options = typeof given === "string" || given instanceof URL ? { url: given } : given;
  if (typeof options !== "object" || options === null) {
    throw TransportError.config(field, showKind(options), "it takes a URL, an object with a url, or false");
  }
  checkNames(field, options, PROXY_NAMES);
  const url = readUrl(field, options.url);
  const username = options.username ?? decode(field, url.username);
  const password = options.password ?? decode(field, url.password);
  for (const [name, value] of Object.entries({ username, password })) {
    if (typeof value !== "string")
      throw TransportError.config(`${field}.${name}`, showKind(value), "it takes a string");
  }
  if (username.includes(":")) {
    throw TransportError.config(`${field}.username`, "a name with a colon", "Basic authentication cannot carry it");
  }
  const bare = new URL(url.origin);
  return {
    url: bare,
    name: `the proxy ${bare.origin} (${field})`,
    authorization: username === "" && password === "" ? undefined : `Basic ${base64(`${username}:${password}`)}`,
  };
}

function readUrl(field: string, given: unknown): URL {
  const text = String(given);
  let url: URL;
  try {
    // As curl does, a bare host and port is an http proxy.
    url = new URL(typeof given === "string" && !text.includes("://") ? `http://${text}` : text);
  } catch {
    throw TransportError.config(field, "this value (hidden)", "it takes a URL such as http://proxy.example:3128");
  }
  if (url.protocol === "http:" || url.protocol === "https:") return url;
  throw TransportError.config(field, `the scheme ${show(url.protocol)}`, "only http: and https: proxies are spoken to");
}

function decode(field: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw TransportError.config(field, "this value (hidden)", "a % in a name or password is written %25");
  }
}

function base64(text: string): string {
  return btoa(textAsBytes(text));
}
