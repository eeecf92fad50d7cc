import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { wrong } from "../config/checks.js";
import { sleep } from "../commit/pause.js";
import { Client } from "./client.js";
import { countsFor, metricsOf, type ServeCounts, type SourceCounts } from "./counts.js";
import { retryText } from "./event-text.js";
import { type LogServerOptions, type LogServerSettings, OWN_PATHS, readLogServerOptions } from "./options.js";
import { Outlet } from "./outlet.js";
import { Pages } from "./pages.js";
import { type Asked, readRequest, startOf } from "./request.js";
import { Tail } from "./tail.js";

const STREAM = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
  // Where a stream ends, its connection ends: close() would have to wait for it.
  connection: "close",
};
const TEXT = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
const METRICS = { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" };

/** Connections beside those of clients: for metrics, and to be told that there are too many. */
const OTHER_CONNECTIONS = 100;

/** How long the last bytes may take at `close()`, in milliseconds. */
const LAST_BYTES = 1000;

/** At `close()` clients are sent away for up to so many times the usual `retry`, so that they do not all come back at once. */
const SPREAD = 5;

/** A peer that is gone without a word is found by TCP keep-alive after this, in milliseconds. */
const KEEP_ALIVE = 15_000;

/**
 * Serves a log as event streams: `/NAME` is the source NAME, for any number of clients.
 *
 * ```text
 *   log ──> Tail (one reader) ──> window of each source ──> clients that have caught up
 *    └────> pages, read for each client that is behind ───> the others
 * ```
 *
 * The id of an event is `position.epoch`, and `Last-Event-ID` (a header, or in the query) goes on after it, also at another process
 * that serves the same log. The epoch tells whether the log still has the message that the client saw there. Where it has not,
 * because it deleted it, was rewound or is another log, the client hears an event of the type `hpx-gap`, with
 * `{ lost: number | "unknown", found: "purged" | "log" | "id" }`, and then all that the log has. A client that follows while the log
 * is rewound hears `hpx-rewind` with `{ lost: number, found: "log" }`: its last events are no more, and others take their place.
 * Markers of the log are events as well: `hpx-gap`, `hpx-rewind` and `hpx-reset`, with their facts as JSON.
 *
 * @example
 * const log = await openLog({ kind: "sqlite", path: "relay.db", maxAge: 0 }, { readOnly: true });
 * await using server = await LogServer.start({ log, sources: ["wiki"], port: 8080 });
 */
export class LogServer implements AsyncDisposable {
  /** Without a path, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly #settings: LogServerSettings;
  readonly #server: Server;
  readonly #pages: Pages;
  readonly #tail: Tail;
  readonly #counts: ServeCounts;
  /** How to end each client. */
  readonly #clients = new Map<Outlet, AbortController>();
  readonly #running = new Set<Promise<void>>();
  readonly #streaming = new WeakSet<Socket>();
  readonly #beats: NodeJS.Timeout;
  #logError: Error | undefined;
  #closing: Promise<void> | undefined;

  private constructor(settings: LogServerSettings, server: Server) {
    const { log, sources, heartbeat, pollInterval, maxClients, host } = settings;
    this.#settings = settings;
    this.#server = server;
    this.#counts = countsFor(sources);
    this.#pages = new Pages(log, (error) => this.#logChanged(error));
    this.#tail = new Tail(this.#pages, pollInterval);
    this.#beats = setInterval(() => {
      for (const outlet of this.#clients.keys()) outlet.beat();
    }, heartbeat);
    server.maxConnections = maxClients + OTHER_CONNECTIONS;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response));
    this.url = `http://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  }

  /**
   * Resolves when it listens. The log may be away: clients wait for it.
   *
   * @throws {TransportError} `CONFIG`, naming the option, or the address where it cannot listen
   */
  static async start(options: LogServerOptions): Promise<LogServer> {
    const settings = readLogServerOptions(options);
    const { host, port } = settings;
    const server = createServer({ keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE });
    server.listen(port, host);
    try {
      await once(server, "listening");
    } catch (error) {
      throw wrong("port", `${host}:${port}`, `it takes an address that is free here (${(error as Error).message})`);
    }
    return new LogServer(settings, server);
  }

  /** Clients that are connected. */
  get clients(): number {
    return this.#clients.size;
  }

  /**
   * Sends what is under way, tells each client when to come back (`retry`), and ends every connection; a second later those whose
   * clients take nothing. The log stays open.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** `await using server = ...` closes it at the end of the block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    clearInterval(this.#beats);
    for (const client of this.#clients.values()) client.abort();
    const deadline = new AbortController();
    await Promise.race([closed, sleep(LAST_BYTES, deadline.signal)]);
    deadline.abort();
    this.#server.closeAllConnections();
    await Promise.all([closed, ...this.#running, this.#tail.close()]);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = "" } = request;
    const asked = readRequest(request);
    request.on("error", () => {}).resume();
    const isAllowed = this.#allowOrigin(request, response);
    const counts = this.#counts.sources.get(asked.path);
    if (method === "OPTIONS" && isAllowed) {
      const allowed = {
        "access-control-allow-methods": "GET, HEAD",
        "access-control-allow-headers": "*, authorization",
      };
      response.writeHead(204, allowed).end();
    } else if (method !== "GET" && method !== "HEAD") {
      reply(response, 405, "only GET and HEAD", { ...TEXT, allow: "GET, HEAD" });
    } else if (counts === undefined) {
      void this.#answerOwn(asked.path, response);
    } else if (method === "HEAD") {
      response.writeHead(200, STREAM).end();
    } else if (this.#streaming.has(request.socket)) {
      // A second request on the connection of a stream would never be answered.
      request.socket.destroy();
    } else if (this.#closing !== undefined) {
      // Its connection was open before.
      reply(response, 503, "the server ends", { ...TEXT, "retry-after": "1", connection: "close" });
    } else if (this.#clients.size >= this.#settings.maxClients) {
      this.#counts.refused += 1;
      reply(response, 503, "too many clients", { ...TEXT, "retry-after": "5" });
    } else {
      this.#streaming.add(request.socket);
      const running = this.#stream(asked, counts, response).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  async #stream({ path, lastEventId }: Asked, counts: SourceCounts, response: ServerResponse): Promise<void> {
    const { bufferSize, slowTimeout, retry, start, pollInterval, logger } = this.#settings;
    const over = new AbortController();
    const { signal } = over;
    response.on("close", () => over.abort());
    const outlet = new Outlet(response, { bufferSize, slowTimeout }, () => {
      counts.slow += 1;
      logger?.warn({ source: path, bufferSize, slowTimeout }, "a client that takes too little is cut");
    });
    this.#clients.set(outlet, over);
    counts.clients += 1;
    counts.connects += 1;
    if (lastEventId !== "") counts.resumes += 1;
    response.writeHead(200, STREAM);
    try {
      await outlet.write(retryText(Math.round(retry)), signal);
      const context = { source: path, outlet, pages: this.#pages, tail: this.#tail, counts, logger, signal };
      await new Client({ ...context, interval: pollInterval }).run(startOf(lastEventId, start));
    } catch (error) {
      // Such as a message of the log that cannot be read: the others go on.
      logger?.error({ source: path, message: (error as Error).message }, "a client failed");
      response.destroy();
    } finally {
      this.#clients.delete(outlet);
      counts.clients -= 1;
      outlet.end(retryText(Math.round(retry * (1 + Math.random() * (SPREAD - 1)))));
    }
  }

  async #answerOwn(path: string, response: ServerResponse): Promise<void> {
    switch (path) {
      case "metrics":
        return reply(response, 200, metricsOf(this.#counts, this.#logError === undefined).trimEnd(), METRICS);
      case "livez":
        return reply(response, 200, "alive", TEXT);
      case "readyz": {
        const error = await this.#settings.log
          .tails(this.#settings.sources.slice(0, 1))
          .catch((thrown: Error) => thrown);
        if (!(error instanceof Error)) return reply(response, 200, "ready", TEXT);
        return reply(response, 503, "not ready: the log does not answer", TEXT);
      }
      default: {
        const paths = [...this.#settings.sources, ...OWN_PATHS].map((name) => `/${name}`);
        return reply(response, 404, `there are ${paths.join(", ")}`, TEXT);
      }
    }
  }

  /** Returns whether a page of the request's origin may read the answer. */
  #allowOrigin({ headers }: IncomingMessage, response: ServerResponse): boolean {
    const { allowOrigins } = this.#settings;
    response.setHeader("x-content-type-options", "nosniff");
    if (allowOrigins.length === 0) return false;
    response.setHeader("vary", "origin");
    const { origin } = headers;
    if (origin === undefined || !(allowOrigins.includes("*") || allowOrigins.includes(origin))) return false;
    response.setHeader("access-control-allow-origin", allowOrigins.includes("*") ? "*" : origin);
    return true;
  }

  #logChanged(error: Error | undefined): void {
    const { log, logger } = this.#settings;
    this.#logError = error;
    if (error === undefined) logger?.info({ log: log.url }, "the log answers again");
    else logger?.warn({ log: log.url, message: error.message }, "the log does not answer: the clients wait");
  }
}

function reply(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): void {
  const body = `${text}\n`;
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}
