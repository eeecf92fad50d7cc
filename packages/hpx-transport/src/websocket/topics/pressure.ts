/** A buffer that can fill up. */
export interface Pressed {
  /** It was full for too long. */
  onPauseLimit(): void;
}

/** Knows the buffers that are full, and pauses the sockets while there is one. */
export class Pressure {
  readonly #limit: number;
  readonly #onChange: (isPaused: boolean) => void;
  readonly #full = new Map<Pressed, ReturnType<typeof setTimeout> | undefined>();

  /** `limit`: the milliseconds that one buffer may pause the sockets; 0 means no limit. */
  constructor(limit: number, onChange: (isPaused: boolean) => void) {
    this.#limit = limit;
    this.#onChange = onChange;
  }

  get isPaused(): boolean {
    return this.#full.size > 0;
  }

  add(buffer: Pressed): void {
    if (this.#full.has(buffer)) return;
    const expire = (): void => {
      this.remove(buffer);
      buffer.onPauseLimit();
    };
    this.#full.set(buffer, this.#limit === 0 ? undefined : setTimeout(expire, this.#limit));
    if (this.#full.size === 1) this.#onChange(true);
  }

  remove(buffer: Pressed): void {
    if (!this.#full.has(buffer)) return;
    clearTimeout(this.#full.get(buffer));
    this.#full.delete(buffer);
    if (this.#full.size === 0) this.#onChange(false);
  }

  /** The connection is over. */
  clear(): void {
    for (const timer of this.#full.values()) clearTimeout(timer);
    this.#full.clear();
  }
}
