/** A wait that can be cut short. The timer keeps the process alive: a reconnect is work to come. */
export class Sleep {
  #interrupted = false;
  #end: (() => void) | undefined;

  /** Forgets an interrupt that came before; called when the work that it asked for begins. */
  arm(): void {
    this.#interrupted = false;
  }

  /** Resolves after `delay` milliseconds, or at once when interrupted, then or since `arm`. */
  async wait(delay: number): Promise<void> {
    if (this.#interrupted || delay === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#end = undefined;
  }

  interrupt(): void {
    this.#interrupted = true;
    this.#end?.();
  }
}
