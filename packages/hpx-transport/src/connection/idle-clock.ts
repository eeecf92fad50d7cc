import { afterReading } from "../checks/turns.js";

/** A timer that fires this much too late, in milliseconds, shows that the event loop was blocked or the process stopped. */
const LATE = 20;
/** After such a stop, compressed bytes need this long, in milliseconds, to come out of their decoder. */
const CATCH_UP = 50;

/**
 * Calls back after `limit` milliseconds of silence. One timer, set again only when it fires: a sign of life costs a
 * clock reading and no timer.
 *
 * Timers run before sockets are read. After the event loop was blocked, or the process was stopped, the timer fires while
 * bytes that arrived in time still wait in the socket. So the clock lets the sockets be read, and looks again before it
 * calls back.
 */
export class IdleClock {
  readonly #limit: number;
  readonly #onIdle: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The timer fired, and the sockets are read before the second look. */
  #readsFirst = false;
  #lastLife = 0;
  #pausedAt: number | undefined;

  constructor(limit: number, onIdle: () => void) {
    this.#limit = limit;
    this.#onIdle = onIdle;
  }

  start(): void {
    this.touch();
    this.#wait(this.#limit, this.#onTimer);
  }

  /** A byte arrived. */
  touch(): void {
    this.#lastLife = performance.now();
  }

  /** Nothing can arrive while the socket is paused: the clock stands still. */
  pause(): void {
    this.stop();
    this.#pausedAt ??= performance.now();
  }

  resume(): void {
    if (this.#pausedAt === undefined) return;
    this.#lastLife += performance.now() - this.#pausedAt;
    this.#pausedAt = undefined;
    this.#wait(this.#remaining, this.#onTimer);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#readsFirst = false;
  }

  get #remaining(): number {
    return this.#lastLife + this.#limit - performance.now();
  }

  #wait(delay: number, onTimer: () => void): void {
    this.stop();
    this.#timer = setTimeout(onTimer, Math.max(delay, 0));
  }

  readonly #onTimer = (): void => {
    const remaining = this.#remaining;
    if (remaining > 0) this.#wait(remaining, this.#onTimer);
    else if (remaining > -LATE) this.#readFirst();
    else this.#wait(CATCH_UP, this.#readFirst);
  };

  readonly #readFirst = (): void => {
    this.#readsFirst = true;
    afterReading(this.#judge);
  };

  readonly #judge = (): void => {
    // Stopped or paused in the meantime.
    if (!this.#readsFirst) return;
    const remaining = this.#remaining;
    if (remaining > 0) return this.#wait(remaining, this.#onTimer);
    this.stop();
    this.#onIdle();
  };
}
