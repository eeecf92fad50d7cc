import { isIP } from "node:net";
import { show } from "../../checks/check.js";
import { check, flag, fn } from "../../checks/checkers.js";
import { readOptions, type Spec } from "../../checks/options.js";
import { TransportError } from "../../error.js";
import type { ProxyOptions } from "./dial/proxy-options.js";
import type { TlsOptions } from "./dial/tls-options.js";

/** A function that is called as `dns.lookup` of `node:dns` is, and any of its kind. */
export type Lookup = (
  hostname: string,
  options: LookupOptions,
  callback: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
) => void;

/** What a `Lookup` is asked for. */
export interface LookupOptions {
  /** 4 or 6 for addresses of that version only; 0 or undefined for both. */
  readonly family?: number | undefined;
  /** `true` for a list of addresses, in the order to try them in. */
  readonly all?: boolean | undefined;
  /** Flags of `getaddrinfo`, as `node:dns` has them. */
  readonly hints?: number | undefined;
}

/** An address that a `Lookup` found. */
export interface LookupAddress {
  /** In digits: `"127.0.0.1"`, `"::1"`. */
  address: string;
  /** 4 or 6. */
  family: number;
}

/** Options of `NodeClient`. An option that cannot be used is `CONFIG`, thrown by the constructor and naming the field. */
export interface NodeClientOptions {
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
   * @defaultValue what the environment says when a request is sent: `http_proxy` or `https_proxy`, `all_proxy` where that
   * is not set, and `no_proxy`, each also in capitals
   */
  readonly proxy?: string | URL | ProxyOptions | false | undefined;
  /**
   * `true` offers HTTP/2 to https servers. Where a server takes it, all requests to its origin share one session, which
   * is closed with its last stream; the others are spoken to in HTTP/1.1, and so is one that then asks for it
   * (HTTP_1_1_REQUIRED). A session whose peer is silent and leaves a
   * PING unanswered is given up within 45 seconds.
   *
   * @defaultValue `false`
   */
  readonly http2?: boolean | undefined;
  /**
   * The Unix domain socket (or, on Windows, the named pipe) that every request goes to, whatever the host in its URL; that
   * host is still sent as `Host` and, for https, looked for in the certificate. No proxy is used, of the environment's
   * neither, and `proxy` cannot be given beside it.
   *
   * @defaultValue TCP, to the host in the URL
   */
  readonly socketPath?: string | undefined;
  /**
   * Finds the addresses of a host name, of a proxy's too. It is called as `dns.lookup` of `node:dns` is: `options.all` is
   * true unless `family` or `localAddress` is given, and then the callback takes a list of addresses.
   *
   * @defaultValue `dns.lookup`
   */
  readonly lookup?: Lookup | undefined;
  /**
   * The address of this machine to connect from. Only addresses of its family are reached.
   *
   * @defaultValue what the system chooses
   */
  readonly localAddress?: string | undefined;
  /**
   * The IP version of the addresses to connect to: 4, 6, or 0 for both, where the first that answers is taken.
   *
   * @defaultValue `0`
   */
  readonly family?: 0 | 4 | 6 | undefined;
}

/** The name and check of every option. `Routes` reads `tls` and `proxy`, and checks them as it does. */
const TABLE = {
  tls: (_field: string, value: unknown) => value as NodeClientOptions["tls"],
  proxy: (_field: string, value: unknown) => value as NodeClientOptions["proxy"],
  http2: flag(false),
  socketPath: check("it takes the path of a socket", isSocketPath, undefined, show),
  lookup: fn<NodeClientOptions["lookup"]>(undefined),
  localAddress: check("it takes an IP address", isAddress, undefined, show),
  family: check("it takes 0, 4 or 6", isFamily, undefined, show),
} satisfies Spec<NodeClientOptions>;

/** @throws {TransportError} `CONFIG` for an option that cannot be used, but for `tls` and `proxy` */
export function readClientOptions(options: NodeClientOptions): NodeClientOptions & { readonly http2: boolean } {
  const checked = readOptions(undefined, options, TABLE);
  const { proxy, socketPath, localAddress, family } = checked;
  if (socketPath !== undefined && proxy !== undefined && proxy !== false) {
    throw TransportError.config("proxy", "an option beside socketPath", "leave one of them out");
  }
  if (localAddress !== undefined && family !== undefined && family !== 0 && family !== isIP(localAddress)) {
    throw TransportError.config("family", show(family), "localAddress is of another family");
  }
  return checked;
}

function isSocketPath(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !value.includes("\0");
}

function isAddress(value: unknown): value is string {
  return typeof value === "string" && isIP(value) !== 0;
}

function isFamily(value: unknown): value is 0 | 4 | 6 {
  return value === 0 || value === 4 || value === 6;
}
