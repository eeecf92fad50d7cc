import { soon } from "../../checks/turns.js";
import { TransportError } from "../../error.js";
import type { BodyConsumer, HttpRequest } from "../client.js";
import { appendField, bytesOfBody, type ChannelBody, type ChannelEvents, type RequestChannel } from "./channel.js";

/** The part of an undici dispatcher that is used; every class of undici 7 and 8 that dispatches fits. */
export interface UndiciDispatcher {
  /**
   * Sends a request, and calls `handler` as it goes on.
   *
   * @returns whether the dispatcher can take another one at once
   */
  dispatch(options: UndiciDispatchOptions, handler: UndiciDispatchHandler): boolean;
}

/** One request, in undici's terms. */
export interface UndiciDispatchOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query, as in the request line. */
  readonly path: string;
  /** In upper case. */
  readonly method: string;
  /** Names and values in turn. */
  readonly headers: string[];
  /** `null` for none. */
  readonly body: string | Uint8Array | null;
  /** Milliseconds until the response's headers; 0: no limit. */
  readonly headersTimeout: number;
  /** Milliseconds between two reads of the body; 0: no limit, for a quiet stream is healthy. */
  readonly bodyTimeout: number;
}

/** The callbacks of undici 7 and 8 while it sends one request. */
export interface UndiciDispatchHandler {
  /** The request is about to be sent. */
  onRequestStart(controller: UndiciDispatchController, context: unknown): void;
  /** The head of a response came. */
  onResponseStart(
    controller: UndiciDispatchController,
    statusCode: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void;
  /** A piece of the body came; `chunk` may be used again once this returned. */
  onResponseData(controller: UndiciDispatchController, chunk: Uint8Array): void;
  /** The body is complete. */
  onResponseEnd(controller: UndiciDispatchController, trailers: unknown): void;
  /** The request failed, before or after its response began. */
  onResponseError(controller: UndiciDispatchController, error: Error): void;
}

/** How a request under way is steered. */
export interface UndiciDispatchController {
  /** Stops reading from the socket. */
  pause(): void;
  /** Reads on. */
  resume(): void;
  /** Ends the request; `onResponseError` gets `reason`. */
  abort(reason: Error): void;
}

/** One request through a dispatcher, with undici's callbacks turned into our own. It is the response's body itself. */
export class DispatcherChannel implements RequestChannel, ChannelBody, UndiciDispatchHandler {
  readonly #dispatcher: UndiciDispatcher;
  #exchange: ChannelEvents | undefined;
  #controller: UndiciDispatchController | undefined;
  /** Chunks that came before the consumer, or while it paused: a dispatcher may push on. */
  #early: Uint8Array[] | undefined;
  #consumer: BodyConsumer | undefined;
  #state: "asked" | "paused" | "flowing" | "over" = "asked";
  /** How undici ended the body, which may be known before the consumer has all of it. */
  #ending: { readonly error: Error | undefined } | undefined;
  #isOldInterface = false;

  constructor(dispatcher: UndiciDispatcher) {
    this.#dispatcher = dispatcher;
  }

  /**
   * The first callback of undici 5 and 6. These look for it before they connect, and refuse a handler without it; undici 7
   * and 8 never look where there is an `onRequestStart`.
   */
  get onConnect(): undefined {
    this.#isOldInterface = true;
    return undefined;
  }

  send({ url, method, headers, body }: HttpRequest, exchange: ChannelEvents): void {
    this.#exchange = exchange;
    const options = {
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: [...headers].flat(),
      body: bytesOfBody(body) ?? null,
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    try {
      this.#dispatcher.dispatch(options, this);
    } catch (error) {
      throw this.#isOldInterface ? oldInterface() : error;
    }
  }

  close(): void {
    this.abort();
  }

  consume(consumer: BodyConsumer): void {
    this.#consumer = consumer;
    this.resume();
  }

  pause(): void {
    if (this.#state === "over") return;
    this.#state = "paused";
    this.#controller?.pause();
  }

  resume(): void {
    if (this.#state === "over") return;
    this.#state = "flowing";
    // Deferred, because undici's parser must not be resumed from within a chunk of another connection.
    soon(() => {
      this.#flow();
    });
  }

  abort(): void {
    const controller = this.#controller;
    if (this.#end() && this.#ending === undefined) controller?.abort(new Error("aborted"));
  }

  fail(error: Error): void {
    if (this.#state === "over") return;
    const controller = this.#controller;
    const isRunning = this.#ending === undefined;
    this.#ending = { error };
    if (isRunning) controller?.abort(error);
    this.#exchange?.onOver();
    this.#flow();
  }

  onRequestStart(controller: UndiciDispatchController): void {
    this.#controller = controller;
    // Given up while the request waited for a connection of the dispatcher's.
    if (this.#state === "over") controller.abort(new Error("aborted"));
    else this.#exchange?.onSending();
  }

  onResponseStart(
    controller: UndiciDispatchController,
    status: number,
    raw: Parameters<UndiciDispatchHandler["onResponseStart"]>[2],
  ): void {
    if (this.#state !== "asked" || status < 200) return;
    this.#controller = controller;
    this.pause();
    const headers = new Headers();
    for (const [name, values] of Object.entries(raw)) {
      for (const value of [values ?? []].flat()) appendField(headers, name, value);
    }
    this.#exchange?.onResponse(status, headers, this);
  }

  onResponseData(_controller: UndiciDispatchController, chunk: Uint8Array): void {
    // undici resumes with an empty chunk; a consumer that pauses at each chunk would go round in circles with it.
    if (this.#state === "over" || this.#ending !== undefined || chunk.length === 0) return;
    if (this.#early === undefined && this.#state === "flowing" && this.#consumer !== undefined) {
      this.#consumer.onChunk(chunk);
    } else (this.#early ??= []).push(new Uint8Array(chunk));
  }

  onResponseEnd(): void {
    this.#ending ??= { error: undefined };
    this.#flow();
  }

  onResponseError(_controller: UndiciDispatchController, error: Error): void {
    if (this.#ending !== undefined || this.#state === "over") return;
    this.#ending = { error };
    if (this.#state !== "asked") this.#flow();
    else {
      const exchange = this.#exchange;
      this.#end();
      exchange?.onError(error);
    }
  }

  /** Gives what was held back, then reads on, or says how the body ended. */
  #flow(): void {
    if (this.#consumer === undefined || this.#state !== "flowing") return;
    const early = this.#early ?? [];
    // By index: a shift of a long array moves all the rest.
    let taken = 0;
    while (taken < early.length && this.#isFlowing()) this.#consumer?.onChunk(early[taken++] as Uint8Array);
    this.#early = taken < early.length ? early.slice(taken) : undefined;
    if (!this.#isFlowing()) return;
    if (this.#ending === undefined) {
      this.#controller?.resume();
      return;
    }
    const consumer = this.#consumer;
    const { error } = this.#ending;
    this.#end();
    if (error === undefined) consumer.onEnd();
    else consumer.onError(error);
  }

  #isFlowing(): boolean {
    return this.#state === "flowing";
  }

  /** Lets go of everything. Returns whether this is the first end. */
  #end(): boolean {
    if (this.#state === "over") return false;
    const answered = this.#state !== "asked";
    const exchange = this.#exchange;
    this.#state = "over";
    this.#early = undefined;
    this.#consumer = undefined;
    this.#controller = undefined;
    this.#exchange = undefined;
    if (answered) exchange?.onOver();
    return true;
  }
}

function oldInterface(): TransportError<"CONFIG"> {
  return TransportError.config(
    "dispatcher",
    "a dispatcher of undici 5 or 6",
    "its interface has other callbacks; give one of undici 7 or 8, or use NodeClient, which has proxies and TLS of its own",
  );
}
