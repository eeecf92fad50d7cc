import type { Socket } from "node:net";
import type { UndiciDispatchController, UndiciDispatchHandler, UndiciDispatchOptions } from "./dispatcher.js";
import type { DialOwn, OwnConnection, Wire } from "./undici-connection.js";
import { type ByteReceiver, deliver, type Dialed, type Dialing } from "./undici-dial.js";
import type { Http2Origin, Http2Waiter } from "./undici-http2-origin.js";
import type { Http2Session } from "./undici-http2-session.js";

const ignore = (): void => {};
/** Of a request that never started. */
const noController: UndiciDispatchController = { pause: ignore, resume: ignore, abort: ignore };

/** Makes an HTTP/1.1 connection of the request's own, over what `dial` gives where it is told how. */
export type MakeHttp1 = (dial?: DialOwn) => OwnConnection;

/** A request to an https server that may speak HTTP/2 or not: a stream of a shared session, or a connection of its own. */
export class NegotiatedWire implements Wire, Http2Waiter {
  readonly #origin: Http2Origin;
  readonly #makeHttp1: MakeHttp1;
  #request: { options: UndiciDispatchOptions; handler: UndiciDispatchHandler } | undefined;
  #own: OwnConnection | undefined;

  constructor(origin: Http2Origin, makeHttp1: MakeHttp1) {
    this.#origin = origin;
    this.#makeHttp1 = makeHttp1;
  }

  dispatch(options: UndiciDispatchOptions, handler: UndiciDispatchHandler): void {
    this.#request = { options, handler };
    this.#origin.enter(this);
  }

  release(): void {
    this.#origin.leave(this);
    this.#own?.release();
  }

  get failure(): Error | null {
    return this.#own?.failure ?? null;
  }

  join(session: Http2Session): void {
    if (this.#request === undefined) return;
    const { options, handler } = this.#request;
    try {
      // The stream is the handler's controller, by which it is aborted.
      session.send(options, handler);
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  useHttp1(socket: Socket | undefined): void {
    if (this.#request === undefined) return;
    const { options, handler } = this.#request;
    const own: DialOwn | undefined = socket && ((dialed, receiver) => handOver(socket, dialed, receiver));
    this.#own = this.#makeHttp1(own);
    this.#own.dispatch(options, handler);
  }

  fail(error: Error): void {
    this.#request?.handler.onResponseError(noController, error);
  }
}

function handOver(socket: Socket, dialed: Dialed, receiver: ByteReceiver): Dialing {
  deliver(socket, receiver);
  queueMicrotask(() => dialed(null, socket));
  return socket;
}
