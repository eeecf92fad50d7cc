import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TransportError } from "hpx-transport";
import { metricsOf } from "./metrics.js";
import type { RelayStatus } from "./status.js";

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
}

const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/** Tells over HTTP what a relay does: `/livez`, `/readyz`, `/metrics` and `/status`. It changes nothing. */
export class StatusServer {
  /** Without a path. */
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, { host }: StatusAddress) {
    const { port } = server.address() as AddressInfo;
    this.url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    this.#server = server;
  }

  /** @throws {TransportError} `CONFIG` where it cannot listen there */
  static async start(address: StatusAddress, status: () => RelayStatus): Promise<StatusServer> {
    const server = createServer((request, response) => answer(request, response, status));
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
    return new StatusServer(server, address);
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

function answer(request: IncomingMessage, response: ServerResponse, status: () => RelayStatus): void {
  const { method = "", url = "" } = request;
  if (method !== "GET" && method !== "HEAD") return send(response, text(405, "only GET and HEAD"));
  send(response, answerTo(url.replace(/[?#].*$/s, ""), status));
}

function answerTo(path: string, status: () => RelayStatus): Answer {
  switch (path) {
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
      return text(404, "there are /livez, /readyz, /metrics and /status");
  }
}

function text(status: number, body: string): Answer {
  return { status, type: "text/plain; charset=utf-8", body: `${body}\n` };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { ...HEADERS, "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}
