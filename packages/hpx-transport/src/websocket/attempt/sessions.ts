import type { Session } from "./session.js";

/** The sockets of a connection: the one in use, those beside it, and those that are closing. */
export class Sessions {
  /** The one that is ready for the user's messages. */
  current: Session | undefined;
  readonly #open = new Set<Session>();
  readonly #closing = new Set<Promise<void>>();

  add(session: Session): void {
    this.#open.add(session);
  }

  /** The session is over; its socket may take a moment to close. */
  remove(session: Session, gone: Promise<void>): void {
    this.#open.delete(session);
    if (this.current === session) this.current = undefined;
    this.#closing.add(gone);
    void gone.then(() => this.#closing.delete(gone));
  }

  /** A buffer is full, or has room again. */
  pause(isPaused: boolean): void {
    for (const session of this.#open) session.pause(isPaused);
  }

  /** Whether a topic is wanted has changed. */
  mark(topic: string): void {
    for (const session of this.#open) session.wire.mark(topic);
  }

  /** Resolves when nothing is left of any socket. */
  async gone(): Promise<void> {
    while (this.#closing.size > 0) await Promise.all(this.#closing);
  }
}
