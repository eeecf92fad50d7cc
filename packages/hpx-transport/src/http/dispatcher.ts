/** What is needed of an undici dispatcher; every class of undici that dispatches fits. */
export interface UndiciDispatcher {
  dispatch(options: UndiciDispatchOptions, handler: UndiciDispatchHandler): boolean;
}

/** One request, in undici's terms. */
export interface UndiciDispatchOptions {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array | null;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
}

/** What undici calls back while it sends one request. */
export interface UndiciDispatchHandler {
  onRequestStart(controller: UndiciDispatchController, context: unknown): void;
  onResponseStart(
    controller: UndiciDispatchController,
    statusCode: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void;
  onResponseData(controller: UndiciDispatchController, chunk: Uint8Array): void;
  onResponseEnd(controller: UndiciDispatchController, trailers: unknown): void;
  onResponseError(controller: UndiciDispatchController, error: Error): void;
}

/** How a request under way is steered. */
export interface UndiciDispatchController {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}
