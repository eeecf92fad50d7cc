import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** How a connection ended, as its client saw it. */
export type Ended = "complete" | "fin" | "reset";

const DEADLINE = 5000;

/** A client that sees every byte: one connection, one request, no HTTP library between. */
export class RawClient {
  readonly socket: Socket;
  #received = "";

  constructor(url: string, { headers = {}, method = "GET", path = "/", body = "" }: RawRequest = {}) {
    this.socket = connect(Number(new URL(url).port), "127.0.0.1");
    const lines = Object.entries({ host: "test", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`, "latin1");
    this.socket.setEncoding("latin1");
    this.socket.on("data", (text: string) => (this.#received += text));
    // Resets are looked at through `errored`.
    this.socket.on("error", () => {});
  }

  /** Everything received so far. */
  get received(): string {
    return this.#received;
  }

  /** The status line and headers. */
  get head(): string {
    return this.#received.split("\r\n\r\n", 1)[0] ?? "";
  }

  /** The body so far, out of its chunks. */
  get body(): string {
    return dechunk(this.#received.slice(this.head.length + 4)).text;
  }

  /** Resolves when `text` is in the body. */
  async sees(text: string): Promise<void> {
    const signal = AbortSignal.timeout(DEADLINE);
    while (!this.body.includes(text)) await once(this.socket, "data", { signal });
  }

  /** Waits until the response is complete or the connection is gone, and tells which. */
  async ended(): Promise<Ended> {
    const signal = AbortSignal.timeout(DEADLINE);
    for (;;) {
      if (dechunk(this.#received.slice(this.head.length + 4)).isComplete) return "complete";
      if (this.socket.errored !== null) return "reset";
      if (this.socket.readableEnded) return "fin";
      await Promise.race(["data", "end", "close"].map(async (event) => await once(this.socket, event, { signal })));
    }
  }
}

export interface RawRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
}

function dechunk(chunked: string): { readonly text: string; readonly isComplete: boolean } {
  let text = "";
  let rest = chunked;
  for (;;) {
    const size = /^([0-9a-f]+)\r\n/i.exec(rest);
    if (size === null) return { text, isComplete: false };
    const length = Number.parseInt(size[1] as string, 16);
    if (length === 0) return { text, isComplete: rest.endsWith("0\r\n\r\n") };
    text += rest.slice(size[0].length, size[0].length + length);
    rest = rest.slice(size[0].length + length + 2);
  }
}
