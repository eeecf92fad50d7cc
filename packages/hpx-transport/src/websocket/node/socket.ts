import type { Socket } from "node:net";
import type { RawData, WebSocket } from "ws";
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

/** On a `WebSocket` and on its socket: what they belong to. All connections share their listeners, which find it there. */
const OWNER: unique symbol = Symbol("hpx-transport");

type Owned<T> = T & { [OWNER]: WsSocket };

/** A socket of the package `ws`. Pongs are ours: its own pongs end a connection that is flooded with pings. */
export class WsSocket implements OpenSocket {
  readonly accepted = true;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #maxMessageSize: number;
  readonly #maxFragments: number;
  readonly #closeTimeout: number;
  /** Until there is a consumer. */
  #headers: Headers | undefined;
  #consumer: SocketConsumer | undefined;
  /** The payload of the last ping that has no pong yet. */
  #pong: Uint8Array | undefined;
  #ended = false;
  #closeTimer: ReturnType<typeof setTimeout> | undefined;
  #gone: Promise<void> | undefined;
  #resolveGone: (() => void) | undefined;

  constructor({ ws, socket, headers, request }: Parts) {
    this.#ws = ws;
    this.#socket = socket;
    this.#maxMessageSize = request.maxMessageSize;
    this.#maxFragments = request.maxFragments;
    this.#closeTimeout = request.closeTimeout;
    this.#headers = headers;
    (ws as Owned<WebSocket>)[OWNER] = this;
    (socket as Owned<Socket>)[OWNER] = this;
    ws.on("error", onError);
    ws.on("close", onClose);
  }

  get status(): number {
    return 101;
  }

  get canPing(): boolean {
    return true;
  }

  get canPause(): boolean {
    return true;
  }

  get headers(): Headers {
    return this.#headers ?? new Headers();
  }

  get protocol(): string {
    return this.#ws.protocol;
  }

  get buffered(): number {
    return this.#ws.bufferedAmount;
  }

  /** What is compressed comes out of its decoder later than the bytes that it was in. */
  get messagesFirst(): boolean {
    return this.#ws.extensions === "";
  }

  get gone(): Promise<void> {
    if (this.#gone !== undefined) return this.#gone;
    return (this.#gone = new Promise((resolve) => {
      if (this.#ws.readyState === this.#ws.CLOSED) resolve();
      else this.#resolveGone = resolve;
    }));
  }

  consume(consumer: SocketConsumer): void {
    this.#consumer = consumer;
    this.#headers = undefined;
    const ws = this.#ws;
    ws.on("message", onMessage);
    ws.on("ping", onPing);
    // Behind the listener of `ws`, which reads all messages of the bytes.
    this.#socket.on("data", onData);
    this.#socket.on("drain", onDrain);
    // It broke while there was no consumer.
    if (ws.readyState === ws.CLOSED) soon(() => this.#endBroken());
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

  onMessage(data: Buffer, isBinary: boolean): void {
    // Bytes may be a view of the buffer that the socket was read into.
    if (!this.#ended) this.#consumer?.onMessage(isBinary ? new Uint8Array(data) : data.toString());
  }

  /** At most one pong a read, with the last payload: a flood of pings must not fill the socket with pongs. */
  onPing(payload: Uint8Array): void {
    const isScheduled = this.#pong !== undefined;
    this.#pong = new Uint8Array(payload);
    if (!isScheduled) soon(() => this.#sendPong());
  }

  onData(): void {
    this.#consumer?.onLife();
  }

  onDrain(): void {
    this.#consumer?.onDrain();
  }

  onClose(code: number, reason: Buffer): void {
    clearTimeout(this.#closeTimer);
    this.#resolveGone?.();
    this.#end({ code, reason: reason.toString(), error: this.#socket.errored ?? undefined });
  }

  /** Only its receiver reports errors here: the server broke a rule, and `ws` has sent a close frame that says so. */
  onError(error: Error): void {
    this.#end({ code: 1006, reason: "", error: this.#explain(error) });
    this.#limitClosing(this.#closeTimeout);
  }

  #sendPong(): void {
    const last = this.#pong;
    this.#pong = undefined;
    const ws = this.#ws;
    if (ws.readyState !== ws.OPEN || last === undefined) return;
    ws.pong(last);
    this.#consumer?.onPong();
  }

  #endBroken(): void {
    this.#end({ code: 1006, reason: "", error: this.#socket.errored ?? undefined });
  }

  #explain(cause: Error): Error {
    switch (codeOf(cause)) {
      case "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH":
      case "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH":
        return TransportError.wsMessageTooLarge(this.#maxMessageSize, "bytes", cause);
      case "WS_ERR_TOO_MANY_BUFFERED_PARTS":
        return TransportError.wsMessageTooLarge(this.#maxFragments, "fragments", cause);
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

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  // A message is one buffer, as `binaryType` says by default.
  (this as Owned<WebSocket>)[OWNER].onMessage(data as Buffer, isBinary);
}

function onPing(this: WebSocket, payload: Buffer): void {
  (this as Owned<WebSocket>)[OWNER].onPing(payload);
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  (this as Owned<WebSocket>)[OWNER].onClose(code, reason);
}

function onError(this: WebSocket, error: Error): void {
  (this as Owned<WebSocket>)[OWNER].onError(error);
}

function onData(this: Socket): void {
  (this as Owned<Socket>)[OWNER].onData();
}

function onDrain(this: Socket): void {
  (this as Owned<Socket>)[OWNER].onDrain();
}
