import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import { soon } from "../../checks/turns.js";
import { TransportError } from "../../error.js";
import { codeOf } from "../../http/failure.js";
import type { WsData } from "../protocol/message.js";
import type { OpenSocket, SocketConsumer, SocketRequest } from "../socket/backend.js";

/** What an open socket is made of. */
interface Parts {
  readonly ws: WebSocket;
  readonly socket: Socket;
  readonly headers: Headers;
  readonly request: SocketRequest;
}

/** A socket of the package `ws`. Pongs are ours: its own pongs end a connection that is flooded with pings. */
export class WsSocket implements OpenSocket {
  readonly accepted = true;
  readonly status = 101;
  readonly headers: Headers;
  readonly gone: Promise<void>;
  readonly canPing = true;
  readonly canPause = true;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #request: SocketRequest;
  #consumer: SocketConsumer | undefined;
  /** The payload of the last ping that has no pong yet. */
  #pong: Uint8Array | undefined;
  #ended = false;
  #closeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor({ ws, socket, headers, request }: Parts) {
    this.#ws = ws;
    this.#socket = socket;
    this.#request = request;
    this.headers = headers;
    this.gone = new Promise((resolve) => {
      ws.once("close", () => {
        clearTimeout(this.#closeTimer);
        resolve();
      });
    });
    ws.on("error", (error) => this.#onError(error));
    ws.on("close", (code, reason) => {
      this.#end({ code, reason: reason.toString(), error: socket.errored ?? undefined });
    });
  }

  get protocol(): string {
    return this.#ws.protocol;
  }

  get buffered(): number {
    return this.#ws.bufferedAmount;
  }

  consume(consumer: SocketConsumer): void {
    this.#consumer = consumer;
    const ws = this.#ws;
    ws.on("message", (data: Buffer, isBinary) => {
      // Bytes may be a view of the buffer that the socket was read into.
      if (!this.#ended) consumer.onMessage(isBinary ? new Uint8Array(data) : data.toString());
    });
    ws.on("ping", (payload) => this.#onPing(payload));
    this.#socket.on("data", () => consumer.onLife());
    this.#socket.on("drain", () => consumer.onDrain());
    // It broke while there was no consumer.
    if (ws.readyState === ws.CLOSED)
      soon(() => this.#end({ code: 1006, reason: "", error: this.#socket.errored ?? undefined }));
    else ws.resume();
  }

  send(data: WsData, taken?: (error?: Error) => void): void {
    this.#ws.send(data, taken);
  }

  ping(): void {
    this.#ws.ping();
  }

  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }

  close(code: number, reason: string, limit: number): void {
    const ws = this.#ws;
    // A paused socket would not read the answer.
    ws.resume();
    if (ws.readyState === ws.OPEN) ws.close(code, reason);
    this.#limitClosing(limit);
  }

  abort(): void {
    this.#ended = true;
    this.#ws.terminate();
  }

  /** At most one pong a read, with the last payload: a flood of pings must not fill the socket with pongs. */
  #onPing(payload: Uint8Array): void {
    const isScheduled = this.#pong !== undefined;
    this.#pong = new Uint8Array(payload);
    if (isScheduled) return;
    soon(() => {
      const last = this.#pong;
      this.#pong = undefined;
      const ws = this.#ws;
      if (ws.readyState !== ws.OPEN || last === undefined) return;
      ws.pong(last);
      this.#consumer?.onPong();
    });
  }

  /** Only its receiver reports errors here: the server broke a rule, and `ws` has sent a close frame that says so. */
  #onError(error: Error): void {
    this.#end({ code: 1006, reason: "", error: this.#explain(error) });
    this.#limitClosing(this.#request.closeTimeout);
  }

  #explain(cause: Error): Error {
    const { maxMessageSize, maxFragments } = this.#request;
    switch (codeOf(cause)) {
      case "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH":
      case "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH":
        return TransportError.wsMessageTooLarge(maxMessageSize, "bytes", cause);
      case "WS_ERR_TOO_MANY_BUFFERED_PARTS":
        return TransportError.wsMessageTooLarge(maxFragments, "fragments", cause);
      case "WS_ERR_INVALID_UTF8":
        return TransportError.wsProtocol(cause.message, { code: 1007, retryable: true, cause });
      default:
        return TransportError.wsProtocol(cause.message, { code: 1002, retryable: true, cause });
    }
  }

  #limitClosing(limit: number): void {
    this.#closeTimer ??= setTimeout(() => this.#ws.terminate(), limit);
  }

  #end(end: Parameters<SocketConsumer["onEnd"]>[0]): void {
    if (this.#ended || this.#consumer === undefined) return;
    this.#ended = true;
    this.#consumer.onEnd(end);
  }
}
