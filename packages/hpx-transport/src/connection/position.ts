import { fitsHeader, isShortId } from "../checks/event-id.js";
import { textAsBytes } from "../http/headers.js";

export interface PositionOptions {
  /** The id to begin after; empty for none. */
  readonly lastEventId: string;
  /** A query parameter can carry any id of at most 64 KiB, a header cannot carry them all. */
  readonly sentIn: "header" | "query";
  /** Called once, at the first id that cannot be sent. */
  readonly onUnsendable: () => void;
}

/**
 * Where the stream stands: the last id received (the next attempt resumes after it) and the last id handed to the
 * consumer (the one to save). `advance` is called for every event and only notes the id; `settle`, once a read, finds out
 * whether it can be sent.
 */
export class Position {
  /** The last id received, or the one to begin after. */
  #received: string;
  #fromServer = false;
  #settled: string;
  #sendable: string;
  /** `#sendable` as a header, where it was asked for: every attempt needs it, and an id may be long. */
  #header: string | undefined;
  #warned = false;
  readonly #options: PositionOptions;
  /** The last id handed to the consumer; before the first, the one to begin after. */
  handedOver: string;

  constructor(options: PositionOptions) {
    const { lastEventId } = options;
    this.#options = options;
    this.#received = lastEventId;
    this.#settled = lastEventId;
    this.#sendable = lastEventId;
    this.handedOver = lastEventId;
  }

  /** Begins after `id`, which was found after the connection was opened, and before its first request. */
  begin(id: string): void {
    this.#received = id;
    this.#settled = id;
    this.#resumeAfter(id);
    this.handedOver = id;
  }

  /** The last id received, or the one to begin after: the next parser starts with it. */
  get received(): string {
    return this.#received;
  }

  /** The server sent an id on this connection. */
  get fromServer(): boolean {
    return this.#fromServer;
  }

  /** The id to resume after; empty where there is none. */
  get resumeAfter(): string {
    return this.#sendable;
  }

  /** The value of `Last-Event-ID`: UTF-8, as the standard says, one character a byte; empty when there is none to send. */
  get header(): string {
    return (this.#header ??= textAsBytes(this.#sendable));
  }

  /** `id` is the last event ID of what was received; `fromServer`: the server sent it, or an earlier one. */
  advance(id: string, fromServer: boolean): void {
    this.#received = id;
    if (fromServer) this.#fromServer = true;
  }

  /** A read is over. `earlierIds` are those of its events, newest first: asked for where the last one cannot be sent. */
  settle(earlierIds: () => Iterable<string>): void {
    const id = this.#received;
    if (id === this.#settled) return;
    this.#settled = id;
    if (this.canBeSent(id)) {
      this.#resumeAfter(id);
      return;
    }
    for (const earlier of earlierIds()) {
      if (!this.canBeSent(earlier)) continue;
      this.#resumeAfter(earlier);
      break;
    }
    if (this.#warned) return;
    this.#warned = true;
    this.#options.onUnsendable();
  }

  /** A request can carry `id`. */
  canBeSent(id: string): boolean {
    return this.#options.sentIn === "query" ? isShortId(id) : fitsHeader(id);
  }

  #resumeAfter(id: string): void {
    this.#sendable = id;
    this.#header = undefined;
  }
}
