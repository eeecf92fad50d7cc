import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TransportError } from "hpx-transport";
import { metricsOf } from "./metrics.js";
import { PAGE, PAGE_POLICY } from "./page/page.js";
import type { RelayStatus } from "./status.js";
import { Viewers } from "./viewers.js";

/** Where to listen. */
export interface StatusAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** An answer of the status server. */
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/**
 * Tells over HTTP what a relay does: a page at `/` that its own `/events` keep up to date, `/livez`, `/readyz`, `/metrics` and
 * `/status`. It changes nothing.
 */
export class StatusServer {
  /** Without a path. */
  readonly url: string;
  readonly #server: Server;
  readonly #viewers: Viewers;

  private constructor(server: Server, viewers: Viewers, { host }: StatusAddress) {
    this.#viewers = viewers;
    const { port } = server.address() as AddressInfo;
    this.url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    this.#server = server;
  }

  /** @throws {TransportError} `CONFIG` where it cannot listen there */
  static async start(address: StatusAddress, status: () => RelayStatus): Promise<StatusServer> {
    const viewers = new Viewers(status);
    const server = createServer((request, response) => answer(request, response, { status, viewers }));
    server.listen(address.port, address.host);
    try {
      await once(server, "listening");
    } catch (error) {
      const shown = `${address.host}:${address.port}`;
      throw TransportError.config(
        "status",
        shown,
        `it takes an address that is free here (${(error as Error).message})`,
      );
    }
    server.unref();
    return new StatusServer(server, viewers, address);
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    this.#viewers.close();
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

function answer(
  { method = "", url = "" }: IncomingMessage,
  response: ServerResponse,
  { status, viewers }: { readonly status: () => RelayStatus; readonly viewers: Viewers },
): void {
  const path = url.replace(/[?#].*$/s, "");
  if (method !== "GET" && method !== "HEAD") send(response, text(405, "only GET and HEAD"));
  else if (method === "HEAD" || path !== "/events") send(response, answerTo(path, status));
  else if (!viewers.add(response)) send(response, text(503, "too many pages are open"));
}

function answerTo(path: string, status: () => RelayStatus): Answer {
  switch (path) {
    case "/":
      return {
        status: 200,
        type: "text/html; charset=utf-8",
        body: PAGE,
        headers: { "content-security-policy": PAGE_POLICY },
      };
    case "/livez":
      return text(200, "alive");
    case "/readyz": {
      const { ready } = status();
      return text(ready ? 200 : 503, ready ? "ready" : "not ready: /status says why");
    }
    case "/metrics":
      return { status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body: metricsOf(status()) };
    case "/status":
      return { status: 200, type: "application/json", body: `${JSON.stringify(status())}\n` };
    default:
      return text(404, "there are /, /events, /livez, /readyz, /metrics and /status");
  }
}

function text(status: number, body: string): Answer {
  return { status, type: "text/plain; charset=utf-8", body: `${body}\n` };
}

function send(response: ServerResponse, { status, type, body, headers }: Answer): void {
  response.writeHead(status, {
    ...HEADERS,
    ...headers,
    "content-type": type,
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}
