import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { bytesAsText } from "hpx-transport/http";
import { errorLine } from "../text.js";
import type { Access, Refusal } from "./access.js";
import { play } from "./play.js";
import type { Segment, Timeline } from "./timeline.js";

/** How a recording is served. */
export interface ReplayOptions {
  readonly timeline: Timeline;
  /** @defaultValue 1 */
  readonly speed: number;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly access: Access;
  /** Called with a line for each request and its answer. */
  readonly tell: (line: string) => void;
}

/** Serves a recording to every request that may read it, with any path and method. */
export class ReplayServer {
  readonly #options: ReplayOptions;
  readonly #server: Server;
  /** How often a client came with an id, as long as that changes the answer. */
  readonly #visits = new Map<string, number>();

  private constructor(options: ReplayOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Rejects where the port or the address cannot be had. */
  static async start(options: ReplayOptions): Promise<ReplayServer> {
    const server = new ReplayServer(options);
    server.#server.listen(options.port, options.host);
    await once(server.#server, "listening");
    return server;
  }

  get url(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${port}/`;
  }

  /** Stops listening and closes every connection. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { timeline, speed, access, tell } = this.#options;
    const over = new AbortController();
    response.on("close", () => over.abort());
    request.on("error", () => {}).resume();
    const refusal = access.refusal(request);
    if (refusal !== undefined) return refuse(request, response, refusal, tell);
    const origin = access.allowedOrigin(request.headers.origin);
    response.setHeader("vary", "origin");
    if (origin !== undefined) response.setHeader("access-control-allow-origin", origin);
    if (request.method === "OPTIONS") return answerPreflight(response);
    const id = lastEventId(request);
    const segment = this.#next(id);
    const after = id === "" ? "" : ` after ${JSON.stringify(id)}${timeline.knows(id) ? "" : " (unknown)"}`;
    const answer =
      segment === undefined
        ? "204, the recording is over"
        : `connection ${segment.index + 1} of ${timeline.connections}`;
    tell(`${request.method ?? ""} ${request.url ?? ""}${after}: ${answer}`);
    try {
      if (segment === undefined) response.writeHead(204).end();
      else await play(segment, response, speed, over.signal);
    } catch (error) {
      // A client may leave at any moment; a file that was edited may hold headers that cannot be sent.
      if (!over.signal.aborted) tell(`connection ${(segment?.index ?? 0) + 1}: ${errorLine(error)}`);
      response.destroy();
    }
  }

  /** What a client with this id gets now; undefined when the recording has nothing more for it. */
  #next(id: string): Segment | undefined {
    const { timeline } = this.#options;
    const known = timeline.knows(id) ? id : "";
    const segments = timeline.after(id);
    const visit = this.#visits.get(known) ?? 0;
    const last = segments.at(-1);
    const segment = segments[visit] ?? (last !== undefined && timeline.movesOn(id, last) ? last : undefined);
    // After the end the next client begins anew.
    if (segment === undefined) this.#visits.delete(known);
    else this.#visits.set(known, Math.min(visit + 1, segments.length));
    return segment;
  }
}

function lastEventId({ headers }: IncomingMessage): string {
  const value = headers["last-event-id"];
  return bytesAsText(typeof value === "string" ? value : "");
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, reason }: Refusal,
  tell: (line: string) => void,
): void {
  tell(`${request.method ?? ""} ${request.url ?? ""}: ${status}, ${reason}`);
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${reason}\n`);
}

/** A page that sends headers of its own asks first. */
function answerPreflight(response: ServerResponse): void {
  const all = { "access-control-allow-headers": "*, authorization", "access-control-allow-methods": "*" };
  response.writeHead(204, all).end();
}
