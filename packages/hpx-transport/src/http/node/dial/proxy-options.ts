import { show } from "../../../checks/check.js";
import { isUrl, parseUrl } from "../../../checks/url.js";
import { text } from "../../../checks/checkers.js";
import { readOptions, type Spec } from "../../../checks/options.js";
import { TransportError } from "../../../error.js";
import { textAsBytes } from "../../headers.js";
import { checkTlsOptions, type TlsOptions } from "./tls-options.js";

/** An HTTP proxy. No error and no inspected object shows the password. */
export interface ProxyOptions {
  /** `http://host:port`, or `https://` to reach the proxy over TLS. It may hold the name and the password. */
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

/** The name and check of every option. */
const TABLE = {
  url: proxyUrl,
  username: text(),
  password: text(),
  tls: checkTlsOptions,
} satisfies Spec<ProxyOptions>;

/** A proxy as it is used. */
export interface Proxy {
  /** Scheme, host and port, nothing else. */
  readonly url: URL;
  /** Its name in errors: the origin, and the option or variable that set it. */
  readonly name: string;
  /** The `Proxy-Authorization` header. */
  readonly authorization: string | undefined;
}

/**
 * The proxy that `given` describes; errors call the setting `field`.
 *
 * @throws {TransportError} `CONFIG` without the value, which may hold a password
 */
export function readProxy(field: string, given: string | URL | ProxyOptions): Proxy {
  const { url, ...own } =
    typeof given === "string" || isUrl(given)
      ? { url: proxyUrl(field, given), username: undefined, password: undefined }
      : readOptions(field, given, TABLE, { expected: "it takes a URL, an object with a url, or false" });
  const { username = decode(field, url.username), password = decode(field, url.password) } = own;
  if (username.includes(":")) {
    throw TransportError.config(`${field}.username`, "a name with a colon", "Basic authentication cannot carry it");
  }
  const bare = new URL(url.origin);
  const login = `${username}:${password}`;
  return {
    url: bare,
    name: `the proxy ${bare.origin} (${field})`,
    authorization: login === ":" ? undefined : `Basic ${btoa(textAsBytes(login))}`,
  };
}

function proxyUrl(field: string, value: unknown): URL {
  const given = String(value);
  // As in curl, a bare host and port is an http proxy.
  const address = typeof value === "string" && !given.includes("://") ? `http://${given}` : given;
  const url = parseUrl(address);
  if (url === undefined) {
    throw TransportError.config(field, "this value (hidden)", "it takes a URL such as http://proxy.example:3128");
  }
  if (url.protocol === "http:" || url.protocol === "https:") return url;
  throw TransportError.config(
    field,
    `the scheme ${show(url.protocol)}`,
    "a proxy has an http: or https: URL; proxy: false goes without one",
  );
}

function decode(field: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw TransportError.config(field, "this value (hidden)", "a % in a name or password is written %25");
  }
}
