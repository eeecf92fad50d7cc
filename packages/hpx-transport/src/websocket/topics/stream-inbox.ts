import { TransportError, type AnyTransportError } from "../../error.js";
import { Inbox, type InboxHost } from "./inbox.js";

export interface StreamInboxHost extends InboxHost {
  /** The connection is over. */
  finish(error: AnyTransportError): void;
}

/**
 * The buffer of the connection's own stream. Where it is not read, or not for longer than it may pause the sockets, it never
 * holds anything up: the oldest messages are dropped, and the next one carries the gap.
 */
export class StreamInbox extends Inbox<StreamInboxHost> {
  #isRead = false;
  /** It paused the sockets for too long, and was not read down since. */
  #isStalled = false;

  /** A consumer has come. */
  startReading(): void {
    this.#isRead = true;
  }

  /** The consumer has read it down to half. */
  drained(): void {
    this.#isStalled = false;
    this.host.release(this);
  }

  /** Where nothing is read, what one turn brought is cut to size at its end. */
  override endTurn(): void {
    if (!this.#holdsUp && this.channel.full) this.dropOldest();
    super.endTurn();
  }

  override onPauseLimit(): void {
    this.#isStalled = true;
    this.dropOldest();
  }

  protected override onFull(): void {
    if (this.#holdsUp) super.onFull();
    else this.dropOldest();
  }

  protected override onOverflow(): void {
    this.host.finish(TransportError.overflow(this.channel.length));
  }

  /** A full buffer is treated as the option says. */
  get #holdsUp(): boolean {
    return this.#isRead && !this.#isStalled;
  }
}
