import { nextTurn, soon } from "../../checks/turns.js";
import { TransportError } from "../../error.js";
import type { WsData } from "../protocol/message.js";
import type { OpenSocket, SocketConsumer, SocketEnd, SocketRequest } from "../socket/backend.js";

/** Milliseconds between two looks at what waits to be sent: the runtime has no event for it. */
const LOOK = 20;

/** An open `WebSocket` of the runtime. */
export class PlatformSocket implements OpenSocket {
  readonly accepted = true;
  readonly status: number;
  readonly headers: Headers;
  readonly canPing = false;
  readonly canPause = false;
  readonly gone: Promise<void>;
  readonly #socket: WebSocket;
  readonly #request: SocketRequest;
  /** What came, and how it ended, before there was a consumer. */
  readonly #early: WsData[] = [];
  #end: SocketEnd | undefined;
  #consumer: SocketConsumer | undefined;
  #isOver = false;
  #resolveGone!: () => void;
  #taken: ((error?: Error) => void)[] = [];
  #look: ReturnType<typeof setTimeout> | undefined;
  #closeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(socket: WebSocket, request: SocketRequest, head: { status: number; headers: Headers }) {
    this.#socket = socket;
    this.#request = request;
    this.status = head.status;
    this.headers = head.headers;
    this.gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", this.#onMessage);
    socket.addEventListener("close", this.#onClose);
    socket.addEventListener("error", this.#onError);
  }

  get protocol(): string {
    // The socket of an upgrade by fetch does not know it.
    return this.#socket.protocol || (this.headers.get("Sec-WebSocket-Protocol") ?? "");
  }

  get buffered(): number {
    return this.#socket.bufferedAmount ?? 0;
  }

  consume(consumer: SocketConsumer): void {
    this.#consumer = consumer;
    // Deferred, as what comes from a socket is.
    soon(() => {
      for (const data of this.#early.splice(0)) if (!this.#isOver) this.#deliver(data);
      if (this.#end !== undefined) this.#finish(this.#end);
    });
  }

  send(data: WsData, taken?: (error?: Error) => void): void {
    try {
      this.#socket.send(data as string | Uint8Array<ArrayBuffer>);
    } catch (error) {
      taken?.(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (taken !== undefined) this.#taken.push(taken);
    if (this.buffered === 0) soon(() => this.#tellTaken());
    else this.#look ??= setTimeout(() => this.#lookAgain(), LOOK);
  }

  ping(): void {}

  pause(): void {}

  resume(): void {}

  close(code: number, reason: string, limit: number): void {
    this.#tryClose(code, reason);
    this.#closeTimer ??= setTimeout(() => this.#release(), limit);
  }

  abort(): void {
    this.#isOver = true;
    this.#tryClose(1000, "");
    this.#release();
  }

  readonly #onMessage = ({ data }: MessageEvent<string | ArrayBuffer>): void => {
    const content = typeof data === "string" ? data : new Uint8Array(data);
    if (this.#consumer === undefined || this.#early.length > 0) this.#early.push(content);
    else if (!this.#isOver) this.#deliver(content);
  };

  readonly #onClose = ({ code, reason }: CloseEvent): void => {
    // Deno says 0 where the connection broke.
    this.#finish({ code: code === 0 ? 1006 : code, reason });
    this.#release();
  };

  /** The close event that follows says more. On workerd, none follows where the server broke a rule. */
  readonly #onError = (): void => {
    nextTurn(() => {
      this.#finish({ code: 1006, reason: "" });
      this.#release();
    });
  };

  #deliver(data: WsData): void {
    const { maxMessageSize } = this.#request;
    this.#consumer?.onLife();
    // The runtime has read it already: a text has at least as many bytes as characters.
    if (data.length <= maxMessageSize) this.#consumer?.onMessage(data);
    else this.#finish({ code: 1006, reason: "", error: TransportError.wsMessageTooLarge(maxMessageSize) });
  }

  #finish(end: SocketEnd): void {
    if (this.#isOver) return;
    if (this.#consumer === undefined || this.#early.length > 0) {
      this.#end ??= end;
      return;
    }
    this.#isOver = true;
    this.#consumer.onEnd(end);
  }

  #lookAgain(): void {
    this.#look = undefined;
    if (this.buffered > 0) this.#look = setTimeout(() => this.#lookAgain(), LOOK);
    else this.#tellTaken();
    this.#consumer?.onDrain();
  }

  #tellTaken(): void {
    for (const taken of this.#taken.splice(0)) taken();
  }

  #tryClose(code: number, reason: string): void {
    try {
      this.#socket.close(code, reason);
    } catch {
      this.#socket.close();
    }
  }

  #release(): void {
    clearTimeout(this.#look);
    clearTimeout(this.#closeTimer);
    this.#socket.removeEventListener("message", this.#onMessage);
    this.#socket.removeEventListener("close", this.#onClose);
    this.#socket.removeEventListener("error", this.#onError);
    for (const taken of this.#taken.splice(0)) taken(new Error("the WebSocket is closed"));
    this.#resolveGone();
  }
}
