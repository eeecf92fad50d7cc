import { lookup } from "node:dns";
import { isIP } from "node:net";
import type { HttpClient, HttpRequest, HttpResponse } from "hpx-transport/http";
import { NodeClient, type NodeClientOptions } from "hpx-transport/http";
import { shown, wrongValue } from "../usage.js";

/** An entry of `--resolve`: the addresses to take for a host and a port. */
export interface ResolveEntry {
  /** In small letters; `*` for every host. */
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
}

const EXPECTED = 'it takes "host:port:address", such as example.com:443:127.0.0.1';

/** Reads `host:port:address[,address]`, as curl has it. */
export function parseResolve(text: string): ResolveEntry {
  const [, host = "", port = "", list = ""] = /^\+?(\*|\[[^\]]+\]|[^:]+):(\d{1,5}):(.+)$/.exec(text) ?? [];
  const addresses = list.split(",").map((address) => address.replace(/^\[|\]$/g, ""));
  if (host === "" || Number(port) > 65_535 || !addresses.every((address) => isIP(address) !== 0)) {
    throw wrongValue("--resolve", shown(text), EXPECTED);
  }
  return { host: host.replace(/^\[|\]$/g, "").toLowerCase(), port: Number(port), addresses };
}

/** Sends each request with the addresses that `--resolve` gives for its host and port. */
export class ResolvingClient implements HttpClient {
  readonly uninstrumented = true;
  readonly #entries: readonly ResolveEntry[];
  readonly #options: NodeClientOptions;
  readonly #clients = new Map<string, NodeClient>();

  constructor(entries: readonly ResolveEntry[], options: NodeClientOptions) {
    this.#entries = entries;
    this.#options = options;
  }

  send(request: HttpRequest): Promise<HttpResponse> {
    return this.clientFor(request.url).send(request);
  }

  /** The client whose addresses are those for the host and port of `url`. */
  clientFor(url: URL): NodeClient {
    const key = `${url.protocol}//${url.host}`;
    const client = this.#clients.get(key) ?? this.#createClient(url);
    this.#clients.set(key, client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }

  /** A `lookup` gets no port, so there is a client for each host and port. */
  #createClient(url: URL): NodeClient {
    const port = Number(url.port) || (/^(https|wss):$/.test(url.protocol) ? 443 : 80);
    const wanted = url.hostname.replace(/^\[|\]$/g, "");
    const entry = this.#entries.findLast((each) => each.port === port && (each.host === wanted || each.host === "*"));
    if (entry === undefined) return new NodeClient(this.#options);
    return new NodeClient({ ...this.#options, lookup: lookupOf(wanted, entry) });
  }
}

/** Every other name, such as that of a proxy, is looked up as usual. */
function lookupOf(wanted: string, { addresses }: ResolveEntry): NonNullable<NodeClientOptions["lookup"]> {
  const found = addresses.map((address) => ({ address, family: isIP(address) }));
  return (hostname, options, callback) => {
    if (hostname !== wanted) return lookup(hostname, options as { all: true }, callback);
    const [first] = found;
    queueMicrotask(() => (options.all ? callback(null, found) : callback(null, first?.address ?? "", first?.family)));
  };
}
