import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { shown, wrongValue } from "../usage.js";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** What may be asked of this server beside requests of programs to this machine's own names. */
export interface AccessOptions {
  /** Further host names, in small letters. */
  readonly hosts: readonly string[];
  /** Origins whose pages may read the answers, or `*`. */
  readonly origins: readonly string[];
}

/** Why a request is refused. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

/**
 * Decides who may read the recording. Any web page can send requests to this machine: a page that asks across origins names
 * its `Origin`, and one whose name was made to lead here (DNS rebinding) has that name in `Host`.
 */
export class Access {
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** The reason to refuse a request, if there is one. */
  refusal({ headers, socket }: IncomingMessage): Refusal | undefined {
    const host = hostName(headers.host);
    if (host !== undefined && !this.#isAllowed(host, socket.localAddress ?? "")) {
      const fix = `only names of this machine are answered; --allow-host ${host} allows this one`;
      return { status: 421, reason: `the host ${shown(host)}: ${fix}` };
    }
    const { origin } = headers;
    if (origin === undefined || this.allowedOrigin(origin) !== undefined) return undefined;
    const fix = `pages of other origins cannot read it; --allow-origin ${origin} allows this one`;
    return { status: 403, reason: `the origin ${shown(origin)}: ${fix}` };
  }

  /** The value of `Access-Control-Allow-Origin` for a page of `origin`. */
  allowedOrigin(origin: string | undefined): string | undefined {
    if (origin === undefined) return undefined;
    const { origins } = this.#options;
    return origins.includes(origin) || origins.includes("*") ? origin : undefined;
  }

  #isAllowed(host: string, localAddress: string): boolean {
    if (host === "localhost" || host.endsWith(".localhost") || this.#options.hosts.includes(host)) return true;
    // No name leads to an address in digits, so a page of that host was sent by this machine.
    const version = isIP(host);
    if (version === 0) return false;
    const local = localAddress.replace(/^::ffff:(?=\d+\.)/, "");
    return host === local || loopback.check(host, version === 4 ? "ipv4" : "ipv6");
  }
}

/** The name in a `Host` header, without its port. Requests of HTTP/1.0 may lack it, and no browser sends such. */
function hostName(host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  const [, name = ""] = /^\[?(.*?)\]?(?::\d*)?$/s.exec(host) ?? [];
  return name.toLowerCase().replace(/\.$/, "");
}

/** Reads a value of `--allow-host`. */
export function parseHost(text: string): string {
  if (/^[\w.-]+$|^\[?[\da-f:.]+\]?$/i.test(text)) return text.toLowerCase().replace(/^\[|\]$|\.$/g, "");
  throw wrongValue("--allow-host", shown(text), "it takes the name of a host, such as my-machine.lan, without a port");
}

/** Reads a value of `--allow-origin`. */
export function parseOrigin(text: string): string {
  if (text === "*" || text === "null") return text;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && url.origin !== "null" && url.href === `${url.origin}/`) return url.origin;
  throw wrongValue(
    "--allow-origin",
    shown(text),
    "it takes an origin, such as http://localhost:5173, or * for all of them",
  );
}
