/** What is needed of an undici dispatcher; every class of undici that dispatches fits. */
export interface UndiciDispatcher {
  /**
   * Sends a request, and tells `handler` what becomes of it.
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

/** What undici calls back while it sends one request. */
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
  /** Ends the request; `onResponseError` is told of `reason`. */
  abort(reason: Error): void;
}
