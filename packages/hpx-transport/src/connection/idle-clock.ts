/**
 * Calls back after `limit` milliseconds of silence. One timer, set again only when it fires: a sign of life costs a
 * clock reading and no timer.
 */
export class IdleClock {
  readonly #limit: number;
  readonly #onIdle: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastLife = 0;
  #pausedAt: number | undefined;

  constructor(limit: number, onIdle: () => void) {
    this.#limit = limit;
    this.#onIdle = onIdle;
  }

  start(): void {
    this.touch();
    this.#wait(this.#limit);
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
    this.#wait(this.#remaining());
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #remaining(): number {
    return this.#lastLife + this.#limit - performance.now();
  }

  #wait(delay: number): void {
    this.stop();
    this.#timer = setTimeout(
      () => {
        const remaining = this.#remaining();
        if (remaining > 0) this.#wait(remaining);
        else this.#onIdle();
      },
      Math.max(delay, 0),
    );
  }
}
