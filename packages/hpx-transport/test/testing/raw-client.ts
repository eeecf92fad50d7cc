import { connect, type Socket } from "node:net";

/** How a connection ended, as its client saw it. */
export type Ended = "complete" | "fin" | "reset" | "refused";

export interface RawRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
}

const DEADLINE = 5000;
const CODES: Readonly<Record<string, Ended>> = { ECONNRESET: "reset", ECONNREFUSED: "refused" };
const EVENTS = ["data", "end", "error", "close"] as const;

/** A client that sees every byte (as Latin-1): one connection, one request, no HTTP library between. */
export class RawClient {
  readonly socket: Socket;
  /** Everything received. */
  received = "";
  /** The status line and headers. */
  head = "";
  /** The chunks of the body that arrived whole: what the server wrote at once. */
  readonly chunks: string[] = [];
  /** What came after them. */
  #rest = "";
  #isComplete = false;

  constructor(url: string, { headers = {}, method = "GET", path = "/", body = "" }: RawRequest = {}) {
    this.socket = connect(Number(new URL(url).port), "127.0.0.1");
    const lines = Object.entries({ host: "test", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`, "latin1");
    this.socket.setEncoding("latin1");
    this.socket.on("data", (text: string) => this.#take(text));
    // Errors are looked at through `socket.errored`.
    this.socket.on("error", () => {});
  }

  /** The body so far, out of its chunks. */
  get body(): string {
    return this.chunks.join("") + this.#rest.replace(/^[^\n]*\n?/, "");
  }

  /** Resolves when `text` is in the body. */
  async sees(text: string): Promise<void> {
    await this.#until(JSON.stringify(text), () => this.body.includes(text) || undefined);
  }

  /** Waits until the response is complete or the connection is gone, and tells which. */
  async ended(): Promise<Ended> {
    return await this.#until("the end", () => {
      if (this.#isComplete) return "complete";
      if (this.socket.errored !== null) return CODES[(this.socket.errored as NodeJS.ErrnoException).code ?? ""];
      return this.socket.readableEnded ? "fin" : undefined;
    });
  }

  async #until<T>(what: string, probe: () => T | undefined): Promise<T> {
    return await new Promise((resolve, reject) => {
      const settle = (action: () => void): void => {
        clearTimeout(timer);
        for (const event of EVENTS) this.socket.off(event, check);
        action();
      };
      const check = (): void => {
        const value = probe();
        if (value !== undefined) settle(() => resolve(value));
      };
      const timer = setTimeout(() => {
        const failure = new Error(`waited ${DEADLINE} ms for ${what}; the body is ${JSON.stringify(this.body)}`);
        settle(() => reject(failure));
      }, DEADLINE);
      for (const event of EVENTS) this.socket.on(event, check);
      check();
    });
  }

  #take(text: string): void {
    this.received += text;
    this.#rest += text;
    if (this.head === "") {
      const end = this.#rest.indexOf("\r\n\r\n");
      if (end === -1) return;
      this.head = this.#rest.slice(0, end);
      this.#rest = this.#rest.slice(end + 4);
    }
    for (;;) {
      const size = /^([0-9a-f]+)\r\n/i.exec(this.#rest);
      if (size === null) return;
      const start = size[0].length;
      const end = start + Number.parseInt(size[1] as string, 16);
      if (this.#rest.length < end + 2) return;
      if (end === start) this.#isComplete = true;
      else this.chunks.push(this.#rest.slice(start, end));
      this.#rest = this.#rest.slice(end + 2);
    }
  }
}
