import { hasControlCharacter } from "../check.js";

/** Where the stream stands: the last event ID received, and the last one that a header can carry. */
export class Cursor {
  #received: string;
  #sendable: string;
  #fromServer = false;
  #warned = false;
  readonly #onUnsendable: () => void;

  /** `onUnsendable` is called once, at the first id that no header can carry. */
  constructor(lastEventId: string, onUnsendable: () => void) {
    this.#received = lastEventId;
    this.#sendable = lastEventId;
    this.#onUnsendable = onUnsendable;
  }

  /** The last event ID, with which the next parser starts. */
  get lastEventId(): string {
    return this.#received;
  }

  /** Whether the server sent an id on this connection. */
  get fromServer(): boolean {
    return this.#fromServer;
  }

  /** The value of `Last-Event-ID`: UTF-8, as the standard says, one character a byte; empty when there is none to send. */
  get header(): string {
    return utf8AsBinary(this.#sendable);
  }

  advance(lastEventId: string): void {
    if (lastEventId === this.#received) return;
    this.#received = lastEventId;
    this.#fromServer = true;
    if (!hasControlCharacter(lastEventId)) {
      this.#sendable = lastEventId;
    } else if (!this.#warned) {
      this.#warned = true;
      this.#onUnsendable();
    }
  }
}

function utf8AsBinary(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return binary;
}
