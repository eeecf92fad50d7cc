import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Between a client and a server: breaks all connections, or loses the reply to one request. */
export class ReplyProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #text: string | undefined;
  #lost = 0;

  private constructor(target: number) {
    this.#server = createServer((client) => this.#link(client, connect(target, "127.0.0.1")));
  }

  static async start(target: number): Promise<ReplyProxy> {
    const proxy = new ReplyProxy(target);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    onTestFinished(() => {
      proxy.#server.close();
      proxy.breakAll();
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many replies were lost. */
  get lost(): number {
    return this.#lost;
  }

  /** The next request that has `text` reaches the server; its connection breaks in place of the reply. */
  loseReplyTo(text: string): void {
    this.#text = text;
  }

  breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #link(client: Socket, server: Socket): void {
    let loses = false;
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on("error", end).on("close", () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    client.on("data", (bytes) => {
      if (this.#text !== undefined && bytes.includes(this.#text)) {
        loses = true;
        this.#text = undefined;
      }
      server.write(bytes);
    });
    server.on("data", (bytes) => {
      if (loses) {
        this.#lost += 1;
        end();
      } else {
        client.write(bytes);
      }
    });
  }
}
