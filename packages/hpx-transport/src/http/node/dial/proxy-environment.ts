/** A proxy that the environment names, and the variable that does. */
export interface EnvironmentProxy {
  readonly variable: string;
  readonly url: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for `url` by `http_proxy`, `https_proxy` and `no_proxy`. Like curl, the name in small letters wins over the
 * one in capitals, and an empty value is none.
 */
export function environmentProxy(url: URL, env: Environment): EnvironmentProxy | undefined {
  const name = url.protocol === "https:" ? "https_proxy" : "http_proxy";
  const variable = env[name] === undefined ? name.toUpperCase() : name;
  // A CGI program's HTTP_PROXY is whatever the request's Proxy header said (httpoxy).
  if (variable === "HTTP_PROXY" && env["REQUEST_METHOD"] !== undefined) return undefined;
  const proxy = env[variable]?.trim();
  if (proxy === undefined || proxy === "") return undefined;
  if (isExempt(url, env["no_proxy"] ?? env["NO_PROXY"] ?? "")) return undefined;
  return { variable, url: proxy };
}

/**
 * Whether `list` exempts `url`: entries between commas or blanks, each `*`, a host, a `.suffix` (or `*.suffix`) of
 * hosts, with `:port` for that port alone.
 */
function isExempt(url: URL, list: string): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== "" && (entry === "*" || matches(entry, url.hostname.replace(/\.$/, ""), port)));
}

function matches(entry: string, host: string, port: string): boolean {
  // An IPv6 address without brackets leaves no room for a port.
  const address = !entry.startsWith("[") && entry.split(":").length > 2;
  const [, name = "", onlyPort = port] = address ? ["", `[${entry}]`] : (/^(.*?)(?::(\d+))?$/.exec(entry) ?? []);
  if (onlyPort !== port) return false;
  const wanted = name.replace(/^\*\./, ".");
  return wanted.startsWith(".") ? host.endsWith(wanted) : host === wanted;
}
