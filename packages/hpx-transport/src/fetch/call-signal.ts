import { offAbort, onAbort } from "../connection/signals.js";

/** The signals that may end a call, as one. It is released when the call is over, so that nothing listens any longer. */
export class CallSignal {
  readonly #controller = new AbortController();
  readonly #sources: readonly AbortSignal[];

  constructor(...sources: readonly (AbortSignal | null | undefined)[]) {
    this.#sources = sources.filter((source) => source !== undefined && source !== null);
    for (const source of this.#sources) {
      if (source.aborted) this.#controller.abort(source.reason);
      else onAbort(source, this.#onAbort);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops listening. Harmless when repeated. */
  release(): void {
    for (const source of this.#sources) offAbort(source, this.#onAbort);
  }

  readonly #onAbort = (): void => {
    const reason: unknown = this.#sources.find(({ aborted }) => aborted)?.reason;
    this.release();
    this.#controller.abort(reason);
  };
}
