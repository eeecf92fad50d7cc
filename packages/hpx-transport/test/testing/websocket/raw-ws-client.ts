import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { encodeFrame, type FrameParts, FrameReader, type ReceivedFrame } from "hpx-transport/testing";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

interface RawWsOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  /** Of a `wss:` server. */
  readonly ca?: string;
}

/** A WebSocket client that sends and shows every byte: one connection, no WebSocket library between. */
export class RawWsClient {
  readonly socket: Socket;
  /** The pieces that arrived, as Latin-1. */
  readonly pieces: string[] = [];
  /** The status line and headers. */
  head = "";
  /** The bytes after the head. */
  rest: Buffer = Buffer.alloc(0);
  readonly frames: ReceivedFrame[] = [];
  readonly #reader = new FrameReader((frame) => this.frames.push(frame));
  ended: "fin" | "reset" | undefined;
  #changed: () => void = () => {};

  constructor(url: string, { headers = {}, path = "/", ca = "" }: RawWsOptions = {}) {
    const port = Number(new URL(url).port);
    this.socket =
      ca === ""
        ? connect({ port, host: "127.0.0.1", allowHalfOpen: true })
        : connectTls({ port, ca, host: "127.0.0.1" });
    const all = {
      host: "test",
      connection: "keep-alive, Upgrade",
      upgrade: "websocket",
      "sec-websocket-key": KEY,
      ...headers,
    };
    const lines = Object.entries({ "sec-websocket-version": "13", ...all }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    this.socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
    this.socket.on("data", (bytes: Buffer) => this.#take(bytes));
    this.socket.on("end", () => this.#end("fin"));
    this.socket.on("error", () => this.#end("reset"));
  }

  get texts(): string[] {
    return this.frames.filter(({ kind }) => kind === "text" || kind === "continuation").map(({ text }) => text);
  }

  /** Sends a masked frame. */
  send(parts: FrameParts): void {
    this.socket.write(encodeFrame({ masked: true, ...parts }));
  }

  text(payload: string): void {
    this.send({ opcode: "text", payload });
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    const deadline = performance.now() + 5000;
    const timer = setTimeout(() => this.#changed(), 5001);
    while (!condition()) {
      if (performance.now() >= deadline) {
        throw new Error(`waited for ${what}; received ${JSON.stringify(this.pieces)}`);
      }
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
    clearTimeout(timer);
  }

  async opened(): Promise<void> {
    await this.until("the head", () => this.head !== "");
  }

  async received(n: number): Promise<ReceivedFrame> {
    await this.until(`frame ${n}`, () => this.frames.length >= n);
    return this.frames[n - 1] as ReceivedFrame;
  }

  async end(): Promise<"fin" | "reset"> {
    await this.until("the end", () => this.ended !== undefined);
    return this.ended as "fin" | "reset";
  }

  async close(): Promise<void> {
    if (this.socket.closed) return;
    this.socket.destroy();
    await once(this.socket, "close");
  }

  #take(bytes: Buffer): void {
    this.pieces.push(bytes.toString("latin1"));
    this.rest = Buffer.concat([this.rest, bytes]);
    const end = this.rest.indexOf("\r\n\r\n");
    if (this.head === "" && end >= 0) {
      this.head = this.rest.toString("latin1", 0, end + 4);
      this.rest = this.rest.subarray(end + 4);
      if (this.head.startsWith("HTTP/1.1 101")) this.#reader.push(this.rest);
    } else if (this.head.startsWith("HTTP/1.1 101")) this.#reader.push(bytes);
    this.#changed();
  }

  #end(how: "fin" | "reset"): void {
    this.ended ??= how;
    this.#changed();
  }
}
