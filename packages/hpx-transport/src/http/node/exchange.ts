import { TransportError } from "../../error.js";
import type { UndiciDispatchController, UndiciDispatchHandler } from "./dispatcher.js";
import type { HttpBody, HttpRequest, HttpResponse } from "../client.js";
import { Lifetime } from "../lifetime.js";
import { isSafeMethod } from "../failure.js";
import { sendFailure } from "../failure.js";
import { UndiciBody } from "./undici-body.js";
import type { Wire } from "./h1/connection.js";
import { decodeBody } from "./decompress.js";

type ResponseHeaders = Parameters<UndiciDispatchHandler["onResponseStart"]>[2];

/** What was asked, and who waits for the answer. */
export interface Asked {
  readonly request: HttpRequest;
  resolve(response: HttpResponse): void;
  reject(reason: unknown): void;
}

/** One request and its response over undici, from the first byte of the connection to the last one of the body. */
export class UndiciExchange implements UndiciDispatchHandler {
  readonly #lifetime: Lifetime;
  readonly #onOver: (exchange: UndiciExchange) => void;
  /** Until the answer: a stream may be quiet for months, and its request should not stay in memory for so long. */
  #asked: Asked | undefined;
  #wire: Wire | undefined;
  #phase: "connecting" | "waiting" | "reading" | "over" = "connecting";
  #controller: UndiciDispatchController | undefined;
  #source: UndiciBody | undefined;
  /** What the consumer sees of the source. */
  #body: HttpBody | undefined;

  /** `onOver` is told when the exchange holds nothing any more. */
  constructor(asked: Asked, onOver: (exchange: UndiciExchange) => void) {
    this.#asked = asked;
    this.#onOver = onOver;
    this.#lifetime = new Lifetime(asked.request.signal, (reason) => {
      this.#abort(reason);
    });
  }

  /** Sends the request over `wire`. Called once. */
  start(wire: Wire): void {
    if (this.#asked === undefined) return;
    const { method, url, headers, body, connectTimeout } = this.#asked.request;
    this.#wire = wire;
    this.#lifetime.setDeadline(connectTimeout, () => {
      this.fail(TransportError.timeout("connect", connectTimeout));
    });
    const options = {
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: [...headers].flat(),
      body: body ?? null,
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    try {
      wire.dispatch(options, this);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Ends the exchange with `error`, which `send` or the body's consumer gets, whichever is waiting. */
  fail(error: unknown): void {
    if (this.#phase === "over") return;
    const asked = this.#asked;
    const requestSent = this.#phase === "waiting";
    this.#end();
    if (asked === undefined) this.#source?.end(error instanceof Error ? error : new Error(String(error)));
    else asked.reject(TransportError.is(error) ? error : sendFailure(asked.request, error, requestSent));
  }

  onRequestStart(controller: UndiciDispatchController): void {
    this.#controller = controller;
    if (this.#asked === undefined) {
      controller.abort(new Error("aborted"));
      return;
    }
    const { responseTimeout, method } = this.#asked.request;
    this.#phase = "waiting";
    this.#lifetime.setDeadline(responseTimeout, () => {
      this.fail(TransportError.timeout("response", responseTimeout, { retryable: isSafeMethod(method) }));
    });
  }

  onResponseStart(controller: UndiciDispatchController, status: number, rawHeaders: ResponseHeaders): void {
    const asked = this.#asked;
    if (asked === undefined || status < 200) return;
    this.#asked = undefined;
    this.#phase = "reading";
    this.#controller = controller;
    this.#lifetime.clearDeadline();
    controller.pause();
    this.#source = new UndiciBody(controller, () => {
      this.#end();
    });
    const headers = toHeaders(rawHeaders);
    this.#body = decodeBody(this.#source, headers.get("content-encoding"), asked.request.signal);
    asked.resolve({ status, headers, body: this.#body });
  }

  onResponseData(_controller: UndiciDispatchController, chunk: Uint8Array): void {
    this.#source?.push(chunk);
  }

  onResponseEnd(): void {
    // A body without a length ends with its connection, and undici takes a reset for such an end.
    const failure = this.#wire?.failure;
    if (failure) {
      this.fail(failure);
      return;
    }
    // There is nothing left to abort, and a dispatcher may want to use its connection again.
    this.#controller = undefined;
    this.#end();
    this.#source?.end();
  }

  onResponseError(_controller: UndiciDispatchController, error: Error): void {
    this.fail(error);
  }

  #abort(reason: unknown): void {
    const asked = this.#asked;
    this.#end();
    if (asked === undefined) this.#body?.abort();
    else asked.reject(reason);
  }

  /** Lets go of everything: timers, listeners, the connection. */
  #end(): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.#asked = undefined;
    this.#lifetime.end();
    this.#controller?.abort(new Error("aborted"));
    this.#wire?.release();
    this.#onOver(this);
  }
}

function toHeaders(raw: ResponseHeaders): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(raw)) {
    for (const value of typeof values === "string" ? [values] : (values ?? [])) {
      try {
        headers.append(name, value);
      } catch {
        // A value that Headers cannot hold is no reason to lose the response.
      }
    }
  }
  return headers;
}
