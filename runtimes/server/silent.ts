import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { waitFor } from "./wait.js";

/** Accepts connections and says nothing: a TLS handshake, too, waits for ever. */
export class SilentServer {
  readonly host: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<SilentServer> {
    const server = createServer((socket) => {
      socket.on("error", () => {}).resume();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new SilentServer(server);
  }

  /** True once no connection is open; false where that does not happen in time. */
  async idle(): Promise<boolean> {
    const find = async (): Promise<true | undefined> => ((await this.#count()) === 0 ? true : undefined);
    return (await waitFor(find)) ?? false;
  }

  async close(): Promise<void> {
    this.#server.close();
    await once(this.#server, "close");
  }

  #count(): Promise<number> {
    return new Promise((resolve) => this.#server.getConnections((_error, count) => resolve(count)));
  }
}
