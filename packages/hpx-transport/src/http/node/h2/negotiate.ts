import type { Socket } from "node:net";
import type { UndiciDispatchController, UndiciDispatchHandler, UndiciDispatchOptions } from "../dispatcher.js";
import type { DialOwn, OwnConnection, Wire } from "../h1/connection.js";
import { type ByteReceiver, deliver, type Dialed, type Dialing } from "../dial/dial.js";
import type { Http2Origin, Http2Waiter } from "./origin.js";
import type { Http2Session } from "./session.js";

const ignore = (): void => {};
/** Of a request that never started. */
const noController: UndiciDispatchController = { pause: ignore, resume: ignore, abort: ignore };

/** Makes an HTTP/1.1 connection of the request's own, over what `dial` gives where it is told how. */
export type MakeHttp1 = (dial?: DialOwn) => OwnConnection;

interface Waiting {
  readonly makeHttp1: MakeHttp1;
  request?: { readonly options: UndiciDispatchOptions; readonly handler: UndiciDispatchHandler };
}

/** A request to an https server that may speak HTTP/2 or not: a stream of a shared session, or a connection of its own. */
export class NegotiatedWire implements Wire, Http2Waiter {
  readonly #origin: Http2Origin;
  /** Until the protocol is known; the request from `dispatch` on. */
  #waiting: Waiting | undefined;
  #own: OwnConnection | undefined;

  constructor(origin: Http2Origin, makeHttp1: MakeHttp1) {
    this.#origin = origin;
    this.#waiting = { makeHttp1 };
  }

  dispatch(options: UndiciDispatchOptions, handler: UndiciDispatchHandler): void {
    if (this.#waiting === undefined) return;
    this.#waiting.request = { options, handler };
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
    const request = this.#takeWaiting()?.request;
    if (request === undefined) return;
    try {
      // The stream is the handler's controller, by which it is aborted.
      session.send(request.options, request.handler);
    } catch (error) {
      request.handler.onResponseError(noController, error instanceof Error ? error : new Error(String(error)));
    }
  }

  useHttp1(socket: Socket | undefined): void {
    const waiting = this.#takeWaiting();
    if (waiting?.request === undefined) return;
    const { options, handler } = waiting.request;
    const own: DialOwn | undefined = socket && ((dialed, receiver) => handOver(socket, dialed, receiver));
    this.#own = waiting.makeHttp1(own);
    this.#own.dispatch(options, handler);
  }

  fail(error: Error): void {
    this.#takeWaiting()?.request?.handler.onResponseError(noController, error);
  }

  /** Used once: a stream that is quiet for months should not keep its request for so long. */
  #takeWaiting(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}

function handOver(socket: Socket, dialed: Dialed, receiver: ByteReceiver): Dialing {
  deliver(socket, receiver);
  queueMicrotask(() => dialed(null, socket));
  return socket;
}
