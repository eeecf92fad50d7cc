import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ServerSentEvent } from "sseer";
import { EventLog } from "./event-log.js";
import { AcceptedSockets } from "./accepted-sockets.js";
import { Exchange } from "./exchange.js";
import {
  type MockSseServerOptions,
  readServerOptions,
  type Reply,
  type ServerSettings,
  type WaitOptions,
} from "./options.js";
import { ReplyPlan } from "./reply-plan.js";
import { recordRequest, type RecordedRequest, RequestLog } from "./requests.js";
import type { ResponseHead } from "./script.js";
import { resetSocket } from "./sockets.js";
import { TestServer } from "./test-server.js";

/**
 * A real HTTP server on a loopback port that answers with the replies that a test plans, and records the requests.
 *
 * The n-th request gets the n-th {@link MockSseServer.reply}; later ones get {@link MockSseServer.otherwise}. A path may
 * have replies of its own: {@link MockSseServer.route}. Each wait has a deadline, and its error says what it waited for. If a reply throws, every wait and `close()` reject with
 * its error.
 *
 * @example
 * ```ts
 * await using server = await MockSseServer.start();
 * server.publish({ data: "one" }); // every client that connects gets it, then all later events
 * server.reply(
 *   { status: 503, headers: { "retry-after": "1" } }, // the first request
 *   { body: [{ event: { id: "7", data: "x" } }, { delay: 10 }, "data: y\n\n"], finish: "cut", finishAfter: 20 },
 *   async (exchange) => {
 *     if (exchange.request.headers["x-api-key"] !== "k") return await exchange.play({ status: 401 });
 *     await exchange.follow(); // from its Last-Event-ID on
 *   },
 * );
 * // ... connect the client under test to server.url ...
 * const third = await server.request(3);
 * third.lastEventId; // the id to resume after
 * await server.disconnectAll("reset");
 * await server.idle(); // no connection is left
 * ```
 */
export class MockSseServer extends TestServer {
  /** `http://127.0.0.1:PORT/`, or `https:` with the option `tls`. */
  readonly url: string;
  /** The port of 127.0.0.1 on which it listens. */
  readonly port: number;

  readonly #server: Server;
  readonly #headers: NonNullable<ResponseHead["headers"]>;
  readonly #log: EventLog;
  readonly #plan = new ReplyPlan<Reply>(async (exchange) => await exchange.follow());
  readonly #requests: RequestLog;
  #taken = 0;
  readonly #sockets: AcceptedSockets;
  readonly #exchanges = new Set<Exchange>();
  #isClosed = false;

  private constructor(server: Server, settings: ServerSettings) {
    super("mock server", settings.deadline);
    this.port = (server.address() as AddressInfo).port;
    this.url = `${settings.tls === undefined ? "http" : "https"}://127.0.0.1:${this.port}/`;
    this.#server = server;
    this.#headers = settings.headers ?? {};
    this.#requests = new RequestLog(settings.recordedRequests);
    this.#log = new EventLog(settings.retention);
    this.#sockets = new AcceptedSockets(server, () => this.changed());
    server.on("request", (incoming, response) => void this.#serve(incoming, response));
  }

  /** Starts a server. Rejects if the port is taken, and with `CONFIG` for an option that cannot be used. */
  static async start(options: MockSseServerOptions = {}): Promise<MockSseServer> {
    const settings = readServerOptions(options);
    const server = settings.tls === undefined ? createServer() : createTlsServer(settings.tls);
    server.listen(settings.port, "127.0.0.1");
    await once(server, "listening");
    return new MockSseServer(server, settings);
  }

  /** Queues replies, one for each of the next requests. */
  reply(...replies: readonly Reply[]): void {
    this.#plan.add(replies);
  }

  /**
   * Sets the replies to requests with `path`, whatever their query: the n-th request gets the n-th, later ones the last. They
   * win over those of {@link MockSseServer.reply}; without any, the path has no replies of its own again.
   *
   * @throws {TransportError} `CONFIG` for a path that does not begin with a slash, or has a query
   */
  route(path: string, ...replies: readonly Reply[]): void {
    this.#plan.route(path, replies);
  }

  /** Sets the reply to requests without another one. @defaultValue `(exchange) => exchange.follow()` */
  otherwise(reply: Reply): void {
    this.#plan.otherwise = reply;
  }

  /**
   * Appends `event` to the retained log and sends it to every stream that follows. Returns its id; an event without one
   * gets the number after the last numeric one.
   */
  publish(event: Partial<ServerSentEvent>): string {
    return this.#log.publish(event);
  }

  /** Sends a comment to every stream that follows. It is not retained. */
  comment(text: string): void {
    this.#log.comment(text);
  }

  /** The requests so far, oldest first; only the newest are kept if there are more than `recordedRequests`. */
  get requests(): readonly RecordedRequest[] {
    return this.#requests.newest;
  }

  /** How many requests came so far, forgotten ones included. */
  get requestCount(): number {
    return this.#requests.count;
  }

  /** The `n`-th request (1 is the first). Waits for it, and rejects if it was forgotten. */
  async request(n: number, options?: WaitOptions): Promise<RecordedRequest> {
    await this.until(`request ${n}`, () => this.requestCount >= n, options);
    return this.#requests.at(n);
  }

  /** The first request that no earlier call has returned. */
  async nextRequest(options?: WaitOptions): Promise<RecordedRequest> {
    this.#taken += 1;
    try {
      return await this.request(this.#taken, options);
    } catch (error) {
      this.#taken -= 1;
      throw error;
    }
  }

  /** How many responses are open: headers sent, body not over. */
  get openStreams(): number {
    return [...this.#exchanges].filter((exchange) => exchange.isOpen).length;
  }

  /** How many connections are open, also between requests (keep-alive). */
  get openSockets(): number {
    return this.#sockets.size;
  }

  /**
   * Ends every response and closes every connection: `"end"` completes the bodies first, `"cut"` (FIN) and
   * `"reset"` (RST, at once) do not. Resolves when those connections are gone.
   */
  async disconnectAll(how: "end" | "cut" | "reset"): Promise<void> {
    const connections = [...this.#sockets];
    const running = how === "reset" ? [] : [...this.#exchanges].filter(({ signal }) => !signal.aborted);
    const finished = running.map(async (exchange) => await exchange.finish(how));
    for (const { socket, top } of connections) {
      if (how === "reset") resetSocket(socket);
      else top.destroySoon();
    }
    await Promise.all([...finished, ...connections.map(async ({ gone }) => await gone)]);
  }

  /** @internal */
  protected override countOpen(): number {
    return this.#sockets.size;
  }

  /** @internal */
  protected override async shutDown(): Promise<void> {
    const connections = [...this.#sockets];
    const gone = [once(this.#server, "close"), ...connections.map(async (connection) => await connection.gone)];
    this.#server.close();
    for (const { socket } of connections) socket.destroy();
    await Promise.all(gone);
    // The stopped replies may still fail in their cleanup.
    await nextTurn();
    this.#isClosed = true;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket, gone } = this.#sockets.of(incoming.socket);
    const request = await recordRequest(incoming, gone);
    if (request === undefined) return;
    this.#requests.add(request);
    const reply = this.#plan.next(request.url);
    const onOpen = (): void => this.changed();
    const top = incoming.socket;
    const exchange = new Exchange({ request, response, socket, top, log: this.#log, headers: this.#headers, onOpen });
    void this.#track(exchange);
    try {
      await (typeof reply === "function" ? reply(exchange) : exchange.play(reply));
      if (!exchange.signal.aborted) await exchange.end();
    } catch (error) {
      if (exchange.signal.aborted && isAbortError(error)) return;
      resetSocket(socket);
      // After close() no wait is left that could reject with it, so it goes to the process.
      if (this.#isClosed) throw error;
      this.fail(error);
    }
  }

  async #track(exchange: Exchange): Promise<void> {
    this.#exchanges.add(exchange);
    this.changed();
    await exchange.closed;
    this.#exchanges.delete(exchange);
    this.changed();
  }

  /** @internal */
  protected override describe(): string {
    return `${this.#requests.describe()}; ${this.openStreams} streams and ${this.openSockets} connections are open`;
  }
}

function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
