import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ServerSentEvent } from "sseer";
import { EventLog } from "./event-log.js";
import { Exchange } from "./exchange.js";
import {
  type MockSseServerOptions,
  readServerOptions,
  type Reply,
  type ServerSettings,
  type WaitOptions,
} from "./options.js";
import { recordRequest, type RecordedRequest, RequestLog } from "./requests.js";
import type { ResponseHead } from "./script.js";
import { resetSocket } from "./sockets.js";
import { TestServer } from "./test-server.js";

/**
 * A real HTTP server on a loopback port that answers with the replies that a test plans, and records the requests.
 *
 * The n-th request gets the n-th {@link MockSseServer.reply}; later ones get {@link MockSseServer.otherwise}. Each
 * wait has a deadline, and its error says what it waited for. If a reply throws, every wait and `close()` reject with
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
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /** The port of 127.0.0.1 on which it listens. */
  readonly port: number;

  readonly #server: Server;
  readonly #headers: NonNullable<ResponseHead["headers"]>;
  readonly #log: EventLog;
  readonly #replies: Reply[] = [];
  #otherwise: Reply = async (exchange) => await exchange.follow();
  readonly #requests: RequestLog;
  #taken = 0;
  /** Each open connection, and when it is gone. */
  readonly #sockets = new Map<Socket, Promise<void>>();
  readonly #exchanges = new Set<Exchange>();
  #isClosed = false;

  private constructor(server: Server, settings: ServerSettings) {
    super("mock server", settings.deadline);
    this.port = (server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.port}/`;
    this.#server = server;
    this.#headers = settings.headers ?? {};
    this.#requests = new RequestLog(settings.recordedRequests);
    this.#log = new EventLog(settings.retention);
    server.on("connection", (socket) => this.#accept(socket));
    server.on("request", (incoming, response) => void this.#serve(incoming, response));
  }

  /** Starts a server. Rejects if the port is taken, and with `CONFIG` for an option that cannot be used. */
  static async start(options: MockSseServerOptions = {}): Promise<MockSseServer> {
    const settings = readServerOptions(options);
    const server = createServer().listen(settings.port, "127.0.0.1");
    await once(server, "listening");
    return new MockSseServer(server, settings);
  }

  /** Queues replies, one for each of the next requests. */
  reply(...replies: readonly Reply[]): void {
    this.#replies.push(...replies);
  }

  /** Sets the reply to requests without a queued one. @defaultValue `(exchange) => exchange.follow()` */
  otherwise(reply: Reply): void {
    this.#otherwise = reply;
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
    for (const [socket] of connections) {
      if (how === "reset") resetSocket(socket);
      else socket.destroySoon();
    }
    await Promise.all([...finished, ...connections.map(async ([, gone]) => await gone)]);
  }

  /** @internal */
  protected override countOpen(): number {
    return this.#sockets.size;
  }

  /** @internal */
  protected override async shutDown(): Promise<void> {
    const gone = [once(this.#server, "close"), ...this.#sockets.values()];
    this.#server.close();
    for (const socket of this.#sockets.keys()) socket.destroy();
    await Promise.all(gone);
    // The stopped replies may still fail in their cleanup.
    await nextTurn();
    this.#isClosed = true;
  }

  #accept(socket: Socket): void {
    const gone = new Promise<void>((resolve) => {
      socket.once("close", () => {
        this.#sockets.delete(socket);
        // `isClosed` of its requests is true before the waits are checked.
        resolve();
        this.changed();
      });
    });
    this.#sockets.set(socket, gone);
    this.changed();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = incoming;
    const request = await recordRequest(incoming, this.#sockets.get(socket) ?? Promise.resolve());
    if (request === undefined) return;
    this.#requests.add(request);
    const reply = this.#replies.shift() ?? this.#otherwise;
    const onOpen = (): void => this.changed();
    const exchange = new Exchange({ request, response, socket, log: this.#log, headers: this.#headers, onOpen });
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
