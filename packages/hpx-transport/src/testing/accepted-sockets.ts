import type { Server } from "node:http";
import type { Socket } from "node:net";

/** A connection that a server accepted. */
interface Accepted {
  /** What the server reads and writes: the connection, or the TLS over it. */
  top: Socket;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
}

/** The open connections of an HTTP or HTTPS server. */
export class AcceptedSockets {
  readonly #accepted = new Map<Socket, Accepted>();
  /** A TLS socket does not say which connection it is over. */
  readonly #byPort = new Map<number | undefined, Socket>();

  /** `onChange` is called when a connection came or went. */
  constructor(server: Server, onChange: () => void) {
    server.on("connection", (socket: Socket) => this.#accept(socket, onChange));
    server.on("secureConnection", (top: Socket) => {
      const accepted = this.#accepted.get(this.#byPort.get(top.remotePort) as Socket);
      if (accepted !== undefined) accepted.top = top;
    });
  }

  get size(): number {
    return this.#accepted.size;
  }

  /** Each open connection, and when it is gone. */
  *[Symbol.iterator](): Iterator<Accepted & { readonly socket: Socket }> {
    for (const [socket, { top, gone }] of this.#accepted) yield { socket, top, gone };
  }

  /** The connection of a request's socket. */
  of(top: Socket): { readonly socket: Socket; readonly gone: Promise<void> } {
    const socket = this.#byPort.get(top.remotePort) ?? top;
    return { socket, gone: this.#accepted.get(socket)?.gone ?? Promise.resolve() };
  }

  #accept(socket: Socket, onChange: () => void): void {
    const { remotePort } = socket;
    const gone = new Promise<void>((resolve) => {
      socket.once("close", () => {
        this.#accepted.delete(socket);
        if (this.#byPort.get(remotePort) === socket) this.#byPort.delete(remotePort);
        // `isClosed` of its requests is true before the waits are checked.
        resolve();
        onChange();
      });
    });
    this.#accepted.set(socket, { top: socket, gone });
    this.#byPort.set(remotePort, socket);
    onChange();
  }
}
