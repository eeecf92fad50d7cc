import type { SseStats } from "../observe/stats.js";
import type { ConnectionState } from "../connection/state.js";
import type { SseCore } from "./start.js";

/**
 * The control side of a connection. It may be shared and kept: dropping it ends nothing.
 */
export class SseHandle {
  readonly #core: SseCore;

  /** Handles come from {@link SseConnection}. @internal */
  constructor(core: SseCore) {
    this.#core = core;
  }

  /** Where the connection is in its life. */
  get state(): ConnectionState {
    // Server-sent events have nothing to exchange before a response is accepted.
    return this.#core.loop.state as ConnectionState;
  }

  /** Counts and times of the connection so far, as a snapshot. Stays readable after the end. */
  get stats(): SseStats {
    return this.#core.stats();
  }

  /** Resolves when the connection is over, however it ended; never rejects. */
  get closed(): Promise<void> {
    return this.#core.loop.closed;
  }

  /**
   * The id of the last event handed to the consumer: the one to save and to give as `lastEventId` another day.
   * Reconnects of this connection go on from the last one received, which may be ahead.
   */
  get lastEventId(): string {
    return this.#core.position.handedOver;
  }

  /**
   * Ends the connection at once, in any state: the socket closes, unread events are dropped, the consumer's loop
   * ends. It never waits for the consumer, so it may be called inside the loop and inside hooks, and more than once.
   */
  close(): Promise<void> {
    return this.#core.loop.close();
  }

  /**
   * Drops the connection and makes a new one now, from the last id received; during backoff it cuts the wait short.
   * Calls while one is under way join it. `reason` is for the log.
   *
   * Resolves when connected again. Rejects when the connection is closed instead, with the error that ended it; also at once,
   * without dropping anything, where the request must not be sent again (a POST that the server may have acted on).
   */
  reconnect(reason?: string): Promise<void> {
    return this.#core.loop.reconnect(reason);
  }
}
