import { Client } from "undici";
import type { UndiciDispatchHandler, UndiciDispatchOptions } from "./dispatcher.js";
import type { Dialed, Dialing } from "./undici-dial.js";

/** What one exchange is sent over. */
export interface Wire {
  dispatch(options: UndiciDispatchOptions, handler: UndiciDispatchHandler): void;
  /** Closes what this exchange alone uses. Harmless when repeated. */
  release(): void;
  /** What broke the connection, where that can be known. */
  readonly failure: Error | null;
}

const ignore = (): void => {};

/**
 * One HTTP/1.1 connection for one request: nothing is pooled, so nothing outlives the exchange. An undici client alone
 * does not let go of a socket that is still connecting, hence the connection is held here.
 */
export class OwnConnection implements Wire {
  readonly #client: Client;
  readonly #dial: (dialed: Dialed) => Dialing;
  #dialing: Dialing | undefined;

  constructor(origin: string, dial: (dialed: Dialed) => Dialing) {
    this.#dial = dial;
    this.#client = new Client(origin, {
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, callback) => {
        this.#open((error, socket) => {
          if (socket === null) callback(error ?? new Error("no connection"), null);
          else callback(null, socket);
        });
      },
    });
  }

  dispatch(options: UndiciDispatchOptions, handler: UndiciDispatchHandler): void {
    this.#client.dispatch(options, handler);
  }

  release(): void {
    this.#client.destroy(ignore);
    this.#dialing?.destroy();
  }

  get failure(): Error | null {
    return this.#dialing?.errored ?? null;
  }

  #open(dialed: Dialed): void {
    if (this.#dialing !== undefined) {
      // After some failures undici connects again by itself; whether to do that is the caller's decision.
      dialed(new Error("the connection was lost"), null);
      return;
    }
    this.#dialing = this.#dial(dialed);
  }
}
