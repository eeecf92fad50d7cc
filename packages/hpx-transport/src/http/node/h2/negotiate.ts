import type { Socket } from "node:net";
import { soon } from "../../../checks/turns.js";
import type { HttpRequest } from "../../client.js";
import { codeOf } from "../../failure.js";
import type { ChannelBody, ChannelEvents, RequestChannel } from "../channel.js";
import { deliver, type DialCallback, type PendingSocket, type ReceiverSlot } from "../dial/dial.js";
import type { DialHttp1 } from "../h1/connection.js";
import type { Http2Origin, Http2Waiter } from "./origin.js";
import type { Http2Session } from "./session.js";

/** Makes an HTTP/1.1 connection for one request, over the socket that `dial` gives, or over a new one. */
export type MakeHttp1 = (dial?: DialHttp1) => RequestChannel;

/** A request that waits until the protocol is known. */
interface Waiting {
  readonly request: HttpRequest;
  readonly exchange: ChannelEvents;
}

/**
 * A request to an https server that may speak HTTP/2 or not: a stream of a shared session, or a connection of its own.
 *
 * It stands between a stream and the exchange until the response: a server may take HTTP/2 and then want this request over
 * HTTP/1.1 (RFC 9113, section 7: HTTP_1_1_REQUIRED), as IIS does for client certificates.
 */
export class NegotiatedChannel implements RequestChannel, Http2Waiter {
  readonly #origin: Http2Origin;
  readonly #makeHttp1: MakeHttp1;
  #waiting: Waiting | undefined;
  /** What went out over HTTP/2 and has no response. */
  #sent: Waiting | undefined;
  /** The stream or the connection that the request went out on. */
  #chosen: Pick<RequestChannel, "close"> | undefined;

  constructor(origin: Http2Origin, makeHttp1: MakeHttp1) {
    this.#origin = origin;
    this.#makeHttp1 = makeHttp1;
  }

  send(request: HttpRequest, exchange: ChannelEvents): void {
    this.#waiting = { request, exchange };
    this.#origin.enter(this);
  }

  close(): void {
    this.#waiting = undefined;
    this.#sent = undefined;
    this.#origin.leave(this);
    this.#chosen?.close();
  }

  join(session: Http2Session): void {
    this.#choose((request, exchange) => {
      this.#sent = { request, exchange };
      this.#chosen = session.send(request, {
        onSending: () => exchange.onSending(),
        onResponse: (status, headers, body) => this.#respond(status, headers, body),
        onError: (error) => this.#onStreamError(error),
        onOver: () => exchange.onOver(),
      });
    });
  }

  useHttp1(socket: Socket | undefined): void {
    this.#choose((request, exchange) => {
      const channel = this.#makeHttp1(socket && ((dialed, slot) => handOver(socket, dialed, slot)));
      this.#chosen = channel;
      channel.send(request, exchange);
    });
  }

  fail(error: Error): void {
    this.#take()?.exchange.onError(error);
  }

  #respond(status: number, headers: Headers, body: ChannelBody): void {
    const sent = this.#sent;
    this.#sent = undefined;
    sent?.exchange.onResponse(status, headers, body);
  }

  #onStreamError(error: Error): void {
    const sent = this.#sent;
    this.#sent = undefined;
    if (codeOf(error) === "ERR_HTTP2_HTTP_1_1_REQUIRED") {
      this.#origin.refuseHttp2();
      this.#waiting = sent;
      this.useHttp1(undefined);
    } else sent?.exchange.onError(error);
  }

  #choose(send: (request: HttpRequest, exchange: ChannelEvents) => void): void {
    const waiting = this.#take();
    if (waiting === undefined) return;
    try {
      send(waiting.request, waiting.exchange);
    } catch (error) {
      // The request cannot be sent as it is.
      waiting.exchange.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Once only: a stream that is quiet for months should not keep its request for so long. */
  #take(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}

function handOver(socket: Socket, dialed: DialCallback, slot: ReceiverSlot): PendingSocket {
  deliver(socket, slot);
  soon(() => dialed(null, socket));
  return socket;
}
