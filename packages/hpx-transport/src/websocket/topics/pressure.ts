/** A buffer that can fill up. */
export interface Pressed {
  /** It was full for too long. */
  onPauseLimit(): void;
}

/** Pauses the sockets. */
export interface Pausable {
  pause(isPaused: boolean): void;
}

/** Knows the buffers that are full, and pauses the sockets while there is one. */
export class Pressure {
  readonly #limit: number;
  readonly #sockets: Pausable;
  #full: Map<Pressed, ReturnType<typeof setTimeout> | undefined> | undefined;

  /** `limit`: the milliseconds that one buffer may pause the sockets; 0 means no limit. */
  constructor(limit: number, sockets: Pausable) {
    this.#limit = limit;
    this.#sockets = sockets;
  }

  get isPaused(): boolean {
    return this.#full !== undefined;
  }

  add(buffer: Pressed): void {
    if (this.#full?.has(buffer) === true) return;
    const expire = (): void => {
      this.remove(buffer);
      buffer.onPauseLimit();
    };
    const timer = this.#limit === 0 ? undefined : setTimeout(expire, this.#limit);
    if (this.#full !== undefined) this.#full.set(buffer, timer);
    else {
      this.#full = new Map([[buffer, timer]]);
      this.#sockets.pause(true);
    }
  }

  remove(buffer: Pressed): void {
    const full = this.#full;
    if (full?.has(buffer) !== true) return;
    clearTimeout(full.get(buffer));
    full.delete(buffer);
    if (full.size > 0) return;
    this.#full = undefined;
    this.#sockets.pause(false);
  }

  /** The connection is over. */
  clear(): void {
    for (const timer of this.#full?.values() ?? []) clearTimeout(timer);
    this.#full = undefined;
  }
}
