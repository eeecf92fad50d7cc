import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

const DEADLINE = 5000;
const EVENTS = ["data", "end", "error", "close", "connect"] as const;

/** One end of a raw connection: every byte that came, as Latin-1, and how it ended. */
export class Peer {
  readonly socket: Socket;
  readonly pieces: string[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => this.pieces.push(bytes.toString("latin1")));
    // Errors are looked at through `socket.errored`.
    socket.on("error", () => {});
  }

  static connect(port: number): Peer {
    return new Peer(connect({ port, host: "127.0.0.1", allowHalfOpen: true }));
  }

  get received(): string {
    return this.pieces.join("");
  }

  send(text: string): void {
    this.socket.write(text, "latin1");
  }

  /** `"fin"`, or the code of the error. */
  async ended(): Promise<string> {
    const how = await this.until("the end", () => {
      const { errored, readableEnded } = this.socket;
      return errored === null ? readableEnded && "fin" : ((errored as NodeJS.ErrnoException).code ?? "");
    });
    if (how === "fin") this.socket.end();
    return how;
  }

  async sees(text: string): Promise<void> {
    await this.until(JSON.stringify(text), () => this.received.includes(text));
  }

  async until<T>(what: string, probe: () => T | false): Promise<T> {
    const signal = AbortSignal.timeout(DEADLINE);
    for (;;) {
      const value = probe();
      if (value !== false) return value;
      const changed = new AbortController();
      const options = { signal: AbortSignal.any([signal, changed.signal]) };
      await Promise.race(EVENTS.map(async (event) => await onceAny(this.socket, event, options.signal)));
      changed.abort();
      if (signal.aborted) throw new Error(`waited ${DEADLINE} ms for ${what}; it got ${JSON.stringify(this.received)}`);
    }
  }
}

async function onceAny(socket: Socket, event: string, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const settle = (): void => {
      socket.off(event, settle);
      signal.removeEventListener("abort", settle);
      resolve();
    };
    socket.on(event, settle);
    signal.addEventListener("abort", settle);
  });
}

/** A listener that answers nothing by itself: the test holds both ends. */
export class RawServer implements AsyncDisposable {
  readonly port: number;
  readonly peers: Peer[] = [];
  readonly #server: Server;
  #arrived: () => void = () => {};

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on("connection", (socket) => {
      this.peers.push(new Peer(socket));
      this.#arrived();
    });
  }

  static async start(): Promise<RawServer> {
    const server = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new RawServer(server);
  }

  /** The `n`-th connection, waited for. */
  async peer(n: number): Promise<Peer> {
    while (this.peers.length < n) await new Promise<void>((resolve) => (this.#arrived = resolve));
    return this.peers[n - 1] as Peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.peers) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
