import type { Pausable } from "../topics/pressure.js";
import type { Session } from "./session.js";

/** The sockets of a connection: the one in use, those beside it, and those that are closing. */
export class Sessions implements Pausable {
  /** The one that is ready for the user's messages. */
  current: Session | undefined;
  #open: readonly Session[] = [];
  #closing: Set<Promise<void>> | undefined;

  add(session: Session): void {
    this.#open = [...this.#open, session];
  }

  /** The session is over; its socket may take a moment to close. */
  remove(session: Session, gone: Promise<void>): void {
    this.#open = this.#open.filter((each) => each !== session);
    if (this.current === session) this.current = undefined;
    const closing = (this.#closing ??= new Set());
    closing.add(gone);
    void gone.then(() => closing.delete(gone));
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
    while (this.#closing !== undefined && this.#closing.size > 0) await Promise.all(this.#closing);
  }
}
