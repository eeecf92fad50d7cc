/** A wait that can be cut short. The timer keeps the process alive: a reconnect is work to come. */
export class Wait {
  #hurried = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wake: (() => void) | undefined;
  #shortest = 0;
  #startedAt = 0;

  /** Forgets an earlier `hurry`: the attempt that it asked for begins. */
  arm(): void {
    this.#hurried = false;
  }

  /** Resolves after `delay` milliseconds, when hurried (then, or since `arm`) after `shortest`, or at once when ended. */
  async start(delay: number, shortest: number): Promise<void> {
    this.#startedAt = performance.now();
    this.#shortest = shortest;
    const time = this.#hurried ? shortest : Math.max(delay, shortest);
    if (time > 0) await new Promise<void>((resolve) => this.#set(time, resolve));
    this.#wake = undefined;
  }

  /** Ends the wait as soon as it may. */
  hurry(): void {
    this.#hurried = true;
    const wake = this.#wake;
    if (wake === undefined) return;
    const rest = this.#startedAt + this.#shortest - performance.now();
    if (rest > 0) this.#set(rest, wake);
    else this.end();
  }

  /** Ends the wait now. */
  end(): void {
    clearTimeout(this.#timer);
    this.#wake?.();
  }

  #set(time: number, wake: () => void): void {
    clearTimeout(this.#timer);
    this.#wake = wake;
    this.#timer = setTimeout(wake, time);
  }
}
