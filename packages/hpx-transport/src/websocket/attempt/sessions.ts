import type { Pausable } from "../topics/pressure.js";
import type { Session } from "./session.js";

/** The sockets of a connection: the one in use, those beside it, and those that are closing. */
export class Sessions implements Pausable {
  /** The one that is ready for the user's messages. */
  current: Session | undefined;
  /** Usually one; where one replaces another, an array. */
  #open: Session | readonly Session[] | undefined;
  #closing: Set<Promise<void>> | undefined;

  add(session: Session): void {
    const open = this.#all;
    this.#open = open.length === 0 ? session : [...open, session];
  }

  /** The session is over; its socket may take a moment to close. */
  remove(session: Session, gone: Promise<void>): void {
    const open = this.#all.filter((each) => each !== session);
    this.#open = open.length === 1 ? open[0] : open;
    if (this.current === session) this.current = undefined;
    const closing = (this.#closing ??= new Set());
    closing.add(gone);
    void gone.then(() => closing.delete(gone));
  }

  /** A buffer is full, or has room again. */
  pause(isPaused: boolean): void {
    for (const session of this.#all) session.pause(isPaused);
  }

  /** Whether a topic is wanted has changed. */
  mark(topic: string): void {
    for (const session of this.#all) session.wire.mark(topic);
  }

  get #all(): readonly Session[] {
    const open = this.#open;
    if (open === undefined) return [];
    return isList(open) ? open : [open];
  }

  /** Resolves when nothing is left of any socket. */
  async gone(): Promise<void> {
    while (this.#closing !== undefined && this.#closing.size > 0) await Promise.all(this.#closing);
  }
}

function isList(open: Session | readonly Session[]): open is readonly Session[] {
  return Array.isArray(open);
}
