import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { AcceptedSockets } from "../accepted-sockets.js";
import { Newest } from "../newest.js";
import type { WaitOptions } from "../options.js";
import { ReplyPlan } from "../reply-plan.js";
import { headersOf } from "../requests.js";
import { resetSocket } from "../sockets.js";
import { TestServer } from "../test-server.js";
import { MockWsConnection } from "./connection.js";
import { type MockWsServerOptions, readWsServerOptions, type WsReply, type WsServerSettings } from "./options.js";

/** How many frames the error of a wait lists. */
const SHOWN = 10;

/**
 * A real WebSocket server on a loopback port that does what a test plans, right or wrong, and records everything that each
 * connection receives. Its frames are written by hand, so it can send what no WebSocket library sends.
 *
 * The n-th handshake gets the n-th {@link MockWsServer.reply}; later ones get {@link MockWsServer.otherwise}. A path may have
 * replies of its own: {@link MockWsServer.route}. A reply function that returns closes the connection with 1000. Each wait has a deadline, and its error says what it waited for. If a reply
 * throws, every wait and `close()` reject with its error. It does not inflate compressed messages.
 *
 * @example
 * ```ts
 * await using server = await MockWsServer.start();
 * server.reply(
 *   { status: 503, headers: { "retry-after": "1" } }, // the first handshake
 *   { steps: [{ receive: 1 }, '{"id":1,"result":null}', { ping: "are you there" }, { garble: "masked" }] },
 *   async (connection) => {
 *     if (connection.headers["authorization"] !== "Bearer t") return await connection.refuse({ status: 401 });
 *     for await (const message of connection) await connection.sendJson({ echo: message.json() });
 *   },
 * );
 * // ... connect the client under test to server.url ...
 * const third = await server.connection(3);
 * await third.message(1); // the first message of that client
 * third.violations; // [] for a well-behaved client
 * await server.disconnectAll("reset");
 * await server.idle(); // no connection is left
 * ```
 */
export class MockWsServer extends TestServer {
  /** `ws://127.0.0.1:PORT/`, or `wss:` with the option `tls`. */
  readonly url: string;
  /** The port of 127.0.0.1 on which it listens. */
  readonly port: number;

  readonly #server: Server;
  readonly #settings: WsServerSettings;
  readonly #plan = new ReplyPlan<WsReply>({ finish: "hold" });
  readonly #connections: Newest<MockWsConnection>;
  readonly #sockets: AcceptedSockets;
  readonly #live = new Set<MockWsConnection>();
  #taken = 0;
  #isClosed = false;

  private constructor(server: Server, settings: WsServerSettings) {
    super("mock server", settings.deadline);
    this.port = (server.address() as AddressInfo).port;
    this.url = `${settings.tls === undefined ? "ws" : "wss"}://127.0.0.1:${this.port}/`;
    this.#server = server;
    this.#settings = settings;
    this.#connections = new Newest("connection", "recordedConnections", settings.recordedConnections);
    this.#sockets = new AcceptedSockets(server, () => this.changed());
    server.on("request", (_, response) => response.writeHead(426, { connection: "close" }).end("a WebSocket server"));
    server.on("upgrade", (incoming, _, first) => void this.#serve(incoming, first));
  }

  /** Starts a server. Rejects if the port is taken, and with `CONFIG` for an option that cannot be used. */
  static async start(options: MockWsServerOptions = {}): Promise<MockWsServer> {
    const settings = readWsServerOptions(options);
    const server = settings.tls === undefined ? createServer() : createTlsServer(settings.tls);
    server.listen(settings.port, "127.0.0.1");
    await once(server, "listening");
    return new MockWsServer(server, settings);
  }

  /** Queues replies, one for each of the next handshakes. */
  reply(...replies: readonly WsReply[]): void {
    this.#plan.add(replies);
  }

  /**
   * Sets the replies to handshakes with `path`, whatever their query: the n-th handshake gets the n-th, later ones the last.
   * They win over those of {@link MockWsServer.reply}; without any, the path has no replies of its own again.
   *
   * @throws {TransportError} `CONFIG` for a path that does not begin with a slash, or has a query
   */
  route(path: string, ...replies: readonly WsReply[]): void {
    this.#plan.route(path, replies);
  }

  /** Sets the reply to handshakes without another one. @defaultValue `{ finish: "hold" }`: accepts, and sends nothing */
  otherwise(reply: WsReply): void {
    this.#plan.otherwise = reply;
  }

  /** The connections so far, refused and closed ones included, oldest first; only the newest `recordedConnections`. */
  get connections(): readonly MockWsConnection[] {
    return this.#connections.newest;
  }

  /** How many handshakes came so far, forgotten ones included. */
  get connectionCount(): number {
    return this.#connections.count;
  }

  /** The `n`-th connection (1 is the first). Waits for its handshake, and rejects if it was forgotten. */
  async connection(n: number, options?: WaitOptions): Promise<MockWsConnection> {
    await this.until(`connection ${n}`, () => this.connectionCount >= n, options);
    return this.#connections.at(n);
  }

  /** The first connection that no earlier call has returned. */
  async nextConnection(options?: WaitOptions): Promise<MockWsConnection> {
    this.#taken += 1;
    try {
      return await this.connection(this.#taken, options);
    } catch (error) {
      this.#taken -= 1;
      throw error;
    }
  }

  /** The connections that were accepted and are not gone. */
  get openConnections(): readonly MockWsConnection[] {
    return [...this.#live].filter(({ isOpen }) => isOpen);
  }

  /** How many TCP connections are open. */
  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Sends a message on every open connection: text for a string, binary for bytes. */
  async sendAll(data: string | Uint8Array): Promise<void> {
    await Promise.all(this.openConnections.map(async (connection) => await connection.send(data)));
  }

  /**
   * Ends every connection: `"close"` with a Close frame that the client has to answer, `"cut"` (FIN) and `"reset"` (RST, at
   * once) without. Resolves when those connections are gone.
   */
  async disconnectAll(how: "close" | "cut" | "reset"): Promise<void> {
    const sockets = [...this.#sockets];
    if (how === "close") await Promise.all(this.openConnections.map(async (connection) => await connection.close()));
    for (const { socket, top } of sockets) {
      if (how === "reset") resetSocket(socket);
      else top.destroySoon();
    }
    await Promise.all(sockets.map(async ({ gone }) => await gone));
  }

  /** @internal */
  protected override countOpen(): number {
    return this.#sockets.size;
  }

  /** @internal */
  protected override async shutDown(): Promise<void> {
    const sockets = [...this.#sockets];
    const gone = [once(this.#server, "close"), ...sockets.map(async (connection) => await connection.gone)];
    this.#server.close();
    for (const { socket } of sockets) socket.destroy();
    await Promise.all(gone);
    // The stopped replies may still fail in their cleanup.
    await nextTurn();
    this.#isClosed = true;
  }

  async #serve(incoming: IncomingMessage, first: Buffer): Promise<void> {
    const top = incoming.socket;
    const { socket, gone } = this.#sockets.of(top);
    if (first.length > 0) top.unshift(first);
    const connection = new MockWsConnection({
      url: incoming.url ?? "/",
      requestHeaders: headersOf(incoming.rawHeaders),
      socket,
      top,
      gone,
      headers: this.#settings.headers ?? {},
      recordedBytes: this.#settings.recordedBytes,
      wait: async (what, condition, options) => await this.until(what, condition, options),
      changed: () => this.changed(),
    });
    this.#connections.add(connection);
    this.#live.add(connection);
    void connection.closed.then(() => this.#live.delete(connection));
    this.changed();
    const reply = this.#plan.next(connection.url);
    try {
      await (typeof reply === "function" ? reply(connection) : connection.play(reply));
      await connection.done();
    } catch (error) {
      if (connection.signal.aborted && error instanceof Error && error.name === "AbortError") return;
      resetSocket(socket);
      // After close() no wait is left that could reject with it, so it goes to the process.
      if (this.#isClosed) throw error;
      this.fail(error);
    } finally {
      this.changed();
    }
  }

  /** @internal */
  protected override describe(): string {
    const open = `${this.openConnections.length} WebSockets and ${this.openSockets} TCP connections are open`;
    const last = this.connections.at(-1);
    if (last === undefined) return `no handshake came; ${open}`;
    const seen = last.frames.slice(-SHOWN).map(({ kind, text }) => `${kind} ${JSON.stringify(text.slice(0, 80))}`);
    return `${this.connectionCount} handshakes came; ${open}; the last one received ${seen.join(", ") || "nothing"}`;
  }
}
