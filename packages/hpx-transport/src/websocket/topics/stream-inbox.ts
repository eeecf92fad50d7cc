import { Inbox, type InboxOptions, type LatestMessages } from "./inbox.js";

/**
 * The buffer of the connection's own stream. Where it is not read, or not for longer than it may pause the sockets, it never
 * holds anything up: the oldest messages are dropped, and the next one carries the gap.
 */
export class StreamInbox extends Inbox {
  readonly #options: InboxOptions;
  #isRead = false;
  /** It paused the sockets for too long, and was not read down since. */
  #isStalled = false;

  constructor(options: InboxOptions, latest?: LatestMessages) {
    super(options, latest);
    this.#options = options;
  }

  /** A consumer has come. */
  startReading(): void {
    this.#isRead = true;
  }

  /** The consumer has read it down to half. */
  drained(): void {
    this.#isStalled = false;
    this.#options.pressure.remove(this);
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

  /** A full buffer is treated as the option says. */
  get #holdsUp(): boolean {
    return this.#isRead && !this.#isStalled;
  }
}
