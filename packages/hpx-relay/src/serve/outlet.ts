import type { ServerResponse } from "node:http";
import { HEARTBEAT } from "./event-text.js";

/** What a client takes. */
export interface OutletOptions {
  /** What a client has not taken, in bytes, before it gets no more. */
  readonly bufferSize: number;
  /** A client that needs longer to take these bytes is cut, in milliseconds. */
  readonly slowTimeout: number;
}

/** The way to one client: what it has not taken is bounded, and it has a limited time to take it. */
export class Outlet {
  readonly #response: ServerResponse;
  readonly #options: OutletOptions;
  readonly #onSlow: () => void;
  #isWaiting = false;
  #hasWritten = true;

  /** `onSlow` is called before the client is cut. */
  constructor(response: ServerResponse, options: OutletOptions, onSlow: () => void) {
    this.#response = response;
    this.#options = options;
    this.#onSlow = onSlow;
    // A client may leave at any moment; a write after that is no failure.
    response.on("error", () => {});
  }

  /** Sends bytes. Resolves when there is room for more, or when nothing more can be sent. */
  async write(bytes: Buffer, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#response.destroyed) return;
    this.#hasWritten = true;
    const isEmpty = this.#response.write(bytes);
    if (isEmpty || this.#response.writableLength <= this.#options.bufferSize) return;
    this.#isWaiting = true;
    await this.#drained(signal);
    this.#isWaiting = false;
  }

  /** A comment, where nothing was sent since the last call. */
  beat(): void {
    if (!this.#hasWritten && !this.#isWaiting && !this.#response.destroyed) this.#response.write(HEARTBEAT);
    this.#hasWritten = false;
  }

  /** The last bytes. */
  end(bytes: Buffer): void {
    if (!this.#response.destroyed) this.#response.end(bytes);
  }

  async #drained(signal: AbortSignal): Promise<void> {
    const response = this.#response;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        response.off("drain", done).off("close", done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#onSlow();
        response.destroy();
        done();
      }, this.#options.slowTimeout);
      response.on("drain", done).on("close", done);
      signal.addEventListener("abort", done);
    });
  }
}
