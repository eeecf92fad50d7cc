import { afterReading } from "../checks/turns.js";
import { LazyDeferred } from "./deferred.js";

/**
 * The time up to the first accepted response, over all attempts. The promise resolves at that response, or rejects with what ended
 * the connection before.
 */
export class Opening extends LazyDeferred {
  #hasOpened = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Calls `giveUp` after `limit` milliseconds without an accepted response; 0 means no limit. */
  limit(limit: number, giveUp: () => void): void {
    if (limit === 0) return;
    const judge = (): void => {
      if (!this.#hasOpened) giveUp();
    };
    // After a blocked event loop, timers fire before the sockets are read: a response may be there already.
    this.#timer = setTimeout(() => afterReading(judge), limit);
  }

  /** A response was accepted. */
  done(): void {
    this.#hasOpened = true;
    this.#clear();
    this.resolve();
  }

  /** The connection is over. */
  end(reason: unknown): void {
    this.#clear();
    this.reject(reason);
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
