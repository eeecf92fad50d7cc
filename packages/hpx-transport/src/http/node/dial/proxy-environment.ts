import { BlockList, isIP } from "node:net";

/** A proxy that the environment names, and the variable that does. */
export interface EnvironmentProxy {
  readonly variable: string;
  readonly url: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for `url` by `http_proxy` or `https_proxy`, and where neither form of that is set by `all_proxy`; `no_proxy`
 * exempts hosts. Like curl, the name in small letters wins over the one in capitals. An empty value is none, which switches
 * off what the capitals or `all_proxy` say.
 */
export function environmentProxy(url: URL, env: Environment): EnvironmentProxy | undefined {
  const name = url.protocol === "https:" ? "https_proxy" : "http_proxy";
  const variable = [name, name.toUpperCase(), "all_proxy", "ALL_PROXY"].find((each) => {
    // A CGI program's HTTP_PROXY is whatever the request's Proxy header said (httpoxy).
    return env[each] !== undefined && (each !== "HTTP_PROXY" || env["REQUEST_METHOD"] === undefined);
  });
  const proxy = variable === undefined ? "" : (env[variable]?.trim() ?? "");
  if (variable === undefined || proxy === "") return undefined;
  if (isExempt(url, env["no_proxy"] ?? env["NO_PROXY"] ?? "")) return undefined;
  return { variable, url: proxy };
}

/**
 * Whether `list` exempts `url`, as curl has it: entries between commas or blanks, each `*`, a host with its subdomains (a dot
 * before or after the name says the same), an address, or a network such as `10.0.0.0/8`. Beside that, `*.suffix` is for the
 * subdomains alone, and `:port` for that port alone.
 */
function isExempt(url: URL, list: string): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== "" && (entry === "*" || matches(entry, host, port)));
}

function matches(entry: string, host: string, port: string): boolean {
  const [name, onlyPort = port] = splitPort(entry);
  if (onlyPort !== port) return false;
  if (isIP(host) !== 0) return holdsAddress(name, host);
  const wanted = name.replace(/^\*?\./, "").replace(/\.$/, "");
  return wanted !== "" && (host.endsWith(`.${wanted}`) || (host === wanted && !name.startsWith("*.")));
}

/** The entry without its port, and without the brackets of an IPv6 address; without these there is no room for a port. */
function splitPort(entry: string): [name: string, port?: string | undefined] {
  if (!entry.startsWith("[") && entry.split(":").length > 2) return [entry];
  const [, name = "", port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  return [name.replace(/^\[|\](?=\/|$)/g, ""), port];
}

/** Whether the address or network `range` holds `address`. */
function holdsAddress(range: string, address: string): boolean {
  const [network = "", bits, ...more] = range.split("/");
  const version = isIP(network);
  if (version !== isIP(address) || more.length > 0) return false;
  const family = version === 4 ? "ipv4" : "ipv6";
  const most = version === 4 ? 32 : 128;
  const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (!(length <= most)) return false;
  const addresses = new BlockList();
  addresses.addSubnet(network, length, family);
  return addresses.check(address, family);
}
