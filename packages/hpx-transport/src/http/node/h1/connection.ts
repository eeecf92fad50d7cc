import type { Socket } from "node:net";
import { Client } from "undici";
import type { UndiciDispatchController, UndiciDispatchHandler, UndiciDispatchOptions } from "../dispatcher.js";
import { Http1Body } from "./body.js";
import { type Framing, framingOf } from "./framing.js";
import type { ByteReceiver, Dialed, Dialing } from "../dial/dial.js";
import { UndiciSocket } from "./undici-socket.js";

/** What one exchange is sent over. */
export interface Wire {
  dispatch(options: UndiciDispatchOptions, handler: UndiciDispatchHandler): void;
  /** Closes what this exchange alone uses. Harmless when repeated. */
  release(): void;
  /** What broke the connection, where that can be known. */
  readonly failure: Error | null;
}

/** Dials the connection; what it brings goes to `receiver`. */
export type DialOwn = (dialed: Dialed, receiver: ByteReceiver) => Dialing;

const ignore = (): void => {};

/**
 * One HTTP/1.1 connection for one request: nothing is pooled, so nothing outlives the exchange. An undici client alone
 * does not let go of a socket that is still connecting, hence the connection is held here.
 *
 * undici sends the request and reads the response's head. The body is read without it: undici is where most of the time
 * goes while a stream is busy, and much of the memory while it is quiet.
 */
export class OwnConnection implements Wire, ByteReceiver {
  /** Until it was used. */
  #dial: DialOwn | undefined;
  /** Until the body. */
  #client: Client | undefined;
  #lent: UndiciSocket | undefined;
  #body: Http1Body | undefined;
  #dialing: Dialing | undefined;
  #socket: Socket | undefined;

  constructor(origin: string, dial: DialOwn) {
    this.#dial = dial;
    this.#client = new Client(origin, {
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, callback) => {
        this.#open((error, socket) => {
          if (socket === null || socket.destroyed) {
            callback(error ?? new Error("the connection was lost at once"), null);
            return;
          }
          this.#socket = socket;
          this.#lent = new UndiciSocket(socket);
          callback(null, this.#lent as unknown as Socket);
        });
      },
    });
  }

  dispatch(options: UndiciDispatchOptions, handler: UndiciDispatchHandler): void {
    const untilBody = new UntilBody(options.method, handler, (framing) => this.#takeOver(framing, handler));
    this.#client?.dispatch(options, untilBody);
  }

  release(): void {
    this.#client?.destroy(ignore);
    this.#dialing?.destroy();
  }

  get failure(): Error | null {
    return this.#dialing?.errored ?? null;
  }

  onBytes(bytes: Uint8Array): void {
    (this.#body ?? this.#lent)?.onBytes(bytes);
  }

  onEnd(): void {
    (this.#body ?? this.#lent)?.onEnd();
  }

  onClose(): void {
    (this.#body ?? this.#lent)?.onClose();
  }

  #open(dialed: Dialed): void {
    if (this.#dial === undefined) {
      // After some failures undici connects again by itself; whether to do that is the caller's decision.
      dialed(new Error("the connection was lost"), null);
      return;
    }
    this.#dialing = this.#dial(dialed, this);
    this.#dial = undefined;
  }

  /** Takes the connection from undici, which is paused at the end of the head. */
  #takeOver(framing: Framing, handler: UndiciDispatchHandler): Http1Body | undefined {
    const socket = this.#socket;
    if (socket === undefined) return undefined;
    const body = new Http1Body(socket, framing, handler);
    this.#body = body;
    // Once undici's parser returned, what it did not read is back on its socket.
    queueMicrotask(() => {
      body.start(this.#lent?.detach() ?? new Uint8Array());
      this.#lent = undefined;
      this.#client?.destroy(ignore);
      this.#client = undefined;
    });
    return body;
  }
}

/** Tells `handler` what undici says, until a body begins that can be read without undici. */
class UntilBody implements UndiciDispatchHandler {
  readonly #method: string;
  readonly #handler: UndiciDispatchHandler;
  readonly #takeOver: (framing: Framing) => Http1Body | undefined;
  #taken = false;

  constructor(method: string, handler: UndiciDispatchHandler, takeOver: (framing: Framing) => Http1Body | undefined) {
    this.#method = method;
    this.#handler = handler;
    this.#takeOver = takeOver;
  }

  onRequestStart(controller: UndiciDispatchController, context: unknown): void {
    this.#handler.onRequestStart(controller, context);
  }

  onResponseStart(
    controller: UndiciDispatchController,
    status: number,
    headers: Parameters<UndiciDispatchHandler["onResponseStart"]>[2],
  ): void {
    const framing = framingOf(this.#method, status, headers);
    const body = framing && this.#takeOver(framing);
    if (body !== undefined) {
      this.#taken = true;
      controller.pause();
    }
    this.#handler.onResponseStart(body ?? controller, status, headers);
  }

  onResponseData(controller: UndiciDispatchController, chunk: Uint8Array): void {
    this.#handler.onResponseData(controller, chunk);
  }

  onResponseEnd(controller: UndiciDispatchController, trailers: unknown): void {
    this.#handler.onResponseEnd(controller, trailers);
  }

  onResponseError(controller: UndiciDispatchController, error: Error): void {
    if (!this.#taken) this.#handler.onResponseError(controller, error);
  }
}
