import { EventTooLargeError } from "sseer";

/** Reads a body that is one message, in place of a parser: it has the same methods. */
export class WholeBody {
  /** The last event ID: a message has none of its own. */
  readonly lastEventId: string;
  readonly #onData: (data: string) => void;
  readonly #limit: number;
  readonly #decoder = new TextDecoder();
  #text = "";
  #bytes = 0;

  /** `limit`: the largest body, in bytes. */
  constructor(onData: (data: string) => void, { limit, lastEventId }: { limit: number; lastEventId: string }) {
    this.#onData = onData;
    this.#limit = limit;
    this.lastEventId = lastEventId;
  }

  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes > this.#limit) throw new EventTooLargeError(this.#limit);
    this.#text += this.#decoder.decode(bytes, { stream: true });
  }

  /** The body is complete. An empty one is no message. */
  end(): void {
    const text = this.#text + this.#decoder.decode();
    if (text !== "") this.#onData(text);
  }

  reset(): void {
    this.#text = "";
  }
}
