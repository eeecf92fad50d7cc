import type { Socket } from "node:net";
import { type buildConnector, Client } from "undici";
import type { UndiciDispatchHandler, UndiciDispatchOptions } from "./dispatcher.js";

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
 * One connection for one request: nothing is pooled, so nothing outlives the exchange. An undici client alone does not
 * let go of a socket that is still connecting, hence the socket is watched here.
 */
export class OwnConnection implements Wire {
  readonly #client: Client;
  readonly #connect: buildConnector.connector;
  #socket: Socket | undefined;

  constructor(origin: string, connect: buildConnector.connector) {
    this.#connect = connect;
    this.#client = new Client(origin, {
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (options, callback) => {
        this.#open(options, callback);
      },
    });
  }

  dispatch(options: UndiciDispatchOptions, handler: UndiciDispatchHandler): void {
    this.#client.dispatch(options, handler);
  }

  release(): void {
    this.#client.destroy(ignore);
    this.#socket?.destroy();
  }

  get failure(): Error | null {
    return this.#socket?.errored ?? null;
  }

  #open(options: buildConnector.Options, callback: buildConnector.Callback): void {
    if (this.#socket !== undefined) {
      // After some failures undici connects again by itself; whether to do that is the caller's decision.
      callback(new Error("the connection was lost"), null);
      return;
    }
    // The connector returns the socket at once, though its type does not say so.
    this.#socket = this.#connect(options, callback) as unknown as Socket;
  }
}
