import { TransportError } from "../../error.js";
import type { HttpBody, HttpRequest, HttpResponse } from "../client.js";
import { assertSendable, clientClosed, isSafeMethod, sendFailure } from "../failure.js";
import { Lifetime } from "../lifetime.js";
import type { ChannelBody, ChannelEvents, RequestChannel } from "./channel.js";
import { decodeBody } from "./coding/decode-body.js";

/** A request, and the promise of its response. */
export interface PendingRequest {
  readonly request: HttpRequest;
  resolve(response: HttpResponse): void;
  reject(reason: unknown): void;
}

/** One request and its response, from the first byte of the connection to the last one of the body. */
export class NodeExchange implements ChannelEvents {
  readonly #lifetime: Lifetime;
  readonly #onOver: (exchange: NodeExchange) => void;
  /** Until the response: a stream may be quiet for months, and its request should not stay in memory for so long. */
  #pending: PendingRequest | undefined;
  /** Until the response, too; then the body alone holds the connection. */
  #channel: RequestChannel | undefined;
  #phase: "connecting" | "waiting" | "reading" | "over" = "connecting";
  /** The body as it comes from the connection, and what the consumer sees of it. */
  #source: ChannelBody | undefined;
  #body: HttpBody | undefined;

  /** `onOver` is called when the exchange holds nothing any more. */
  constructor(pending: PendingRequest, onOver: (exchange: NodeExchange) => void) {
    this.#pending = pending;
    this.#onOver = onOver;
    this.#lifetime = new Lifetime(pending.request.signal, (reason) => {
      this.#abort(reason);
    });
  }

  /** Sends the request over `channel`. Called once. */
  start(channel: RequestChannel): void {
    if (this.#pending === undefined) return;
    const { request } = this.#pending;
    const { connectTimeout } = request;
    this.#channel = channel;
    this.#lifetime.setDeadline(connectTimeout, () => {
      this.fail(TransportError.timeout("connect", connectTimeout));
    });
    try {
      channel.send(request, this);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Ends the exchange with `error`: the promise of `send` rejects or, after the response, the body breaks. */
  fail(error: unknown): void {
    if (this.#phase === "over") return;
    const pending = this.#pending;
    if (pending === undefined) {
      this.#source?.fail(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    const requestSent = this.#phase === "waiting";
    this.#end();
    pending.reject(TransportError.is(error) ? error : sendFailure(pending.request, error, requestSent));
  }

  onSending(): void {
    if (this.#pending === undefined) return;
    const { responseTimeout, method } = this.#pending.request;
    this.#phase = "waiting";
    this.#lifetime.setDeadline(responseTimeout, () => {
      this.fail(TransportError.timeout("response", responseTimeout, { retryable: isSafeMethod(method) }));
    });
  }

  onResponse(status: number, headers: Headers, body: ChannelBody, statusText = ""): void {
    const pending = this.#pending;
    if (pending === undefined) {
      body.abort();
      return;
    }
    this.#pending = undefined;
    this.#channel = undefined;
    this.#phase = "reading";
    this.#lifetime.clearDeadline();
    this.#source = body;
    this.#body = decodeBody(body, headers.get("content-encoding"), pending.request.signal);
    pending.resolve({ status, statusText, headers, body: this.#body });
  }

  onError(error: Error): void {
    this.fail(error);
  }

  onOver(): void {
    this.#end();
  }

  #abort(reason: unknown): void {
    const pending = this.#pending;
    this.#end();
    if (pending === undefined) this.#body?.abort();
    else pending.reject(reason);
  }

  /** Releases timers, listeners and, before the response, the channel. */
  #end(): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.#pending = undefined;
    this.#lifetime.end();
    this.#channel?.close();
    this.#channel = undefined;
    this.#onOver(this);
  }
}

/** The open exchanges of a client. */
export class Exchanges {
  readonly #open = new Set<NodeExchange>();
  readonly #forget = (exchange: NodeExchange): void => void this.#open.delete(exchange);
  #closed = false;

  /** As `HttpClient.send`, over the channel that `makeChannel` makes. */
  send(request: HttpRequest, makeChannel: (request: HttpRequest) => RequestChannel): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      assertSendable(request, this.#closed);
      const channel = makeChannel(request);
      const exchange = new NodeExchange({ request, resolve, reject }, this.#forget);
      this.#open.add(exchange);
      exchange.start(channel);
    });
  }

  /** Fails what is open, and what comes after. */
  close(): void {
    this.#closed = true;
    for (const exchange of this.#open) exchange.fail(clientClosed());
  }
}
