import { hasControlCharacter } from "../checks/check.js";
import { textAsBytes } from "../http/headers.js";

/** Sets the user's own id apart from the same one sent by the server: the standard ignores an id with NUL. */
const MARK = "\0";

/**
 * Where the stream stands: the last event ID received, and the last one that a header can carry. `advance` is called for
 * every event and only notes the id; what it means is found out once a read, by `settle`.
 */
export class Cursor {
  readonly #given: string;
  readonly #markedGiven: string;
  /** The parser's word, marked as long as it is not the server's. */
  #received: string;
  #settled: string;
  #sendable: string;
  #warned = false;
  readonly #onUnsendable: () => void;
  readonly #isSendable: (id: string) => boolean;

  /** `onUnsendable` is called once, at the first id that no header can carry. A query can carry any. */
  constructor(lastEventId: string, onUnsendable: () => void, sentIn: "header" | "query" = "header") {
    this.#given = lastEventId;
    this.#markedGiven = MARK + lastEventId;
    this.#received = this.#markedGiven;
    this.#settled = this.#markedGiven;
    this.#sendable = lastEventId;
    this.#onUnsendable = onUnsendable;
    this.#isSendable = sentIn === "query" ? () => true : (id) => !hasControlCharacter(id);
  }

  /** What the next parser starts with as its last event ID. */
  get parserStart(): string {
    return this.#received;
  }

  /** The last event ID that a parser's word stands for. */
  idOf(parserId: string): string {
    return parserId === this.#markedGiven ? this.#given : parserId;
  }

  /** Whether the server sent an id on this connection. */
  get fromServer(): boolean {
    return this.#received !== this.#markedGiven;
  }

  /** Whether there is an id of the server's to resume after, one that can be sent. */
  get canResume(): boolean {
    return this.fromServer && (this.#received === this.#settled ? this.#sendable : this.#received) !== "";
  }

  /** What to resume after; empty where there is nothing. */
  get resumeAfter(): string {
    return this.#sendable;
  }

  /** The value of `Last-Event-ID`: UTF-8, as the standard says, one character a byte; empty when there is none to send. */
  get header(): string {
    return textAsBytes(this.#sendable);
  }

  advance(parserId: string): void {
    this.#received = parserId;
  }

  /** A read is over. `earlierIds` are those of its events, newest first: asked for where the last one cannot be sent. */
  settle(earlierIds: () => Iterable<string>): void {
    const id = this.#received;
    if (id === this.#settled) return;
    this.#settled = id;
    if (this.#isSendable(id)) {
      this.#sendable = id;
      return;
    }
    for (const earlier of earlierIds()) {
      if (!this.#isSendable(earlier)) continue;
      this.#sendable = earlier;
      break;
    }
    if (this.#warned) return;
    this.#warned = true;
    this.#onUnsendable();
  }
}
