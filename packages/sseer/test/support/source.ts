/** A source of bytes that counts how often it was read and closed. */
export class Source implements AsyncIterable<Uint8Array> {
  taken = 0;
  closed = 0;
  readonly #chunks: readonly string[];
  readonly #error: Error | undefined;

  /** Gives `chunks`, then ends, with `error` where it is given. */
  constructor(chunks: readonly string[], error?: Error) {
    this.#chunks = chunks;
    this.#error = error;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (const chunk of this.#chunks) {
        this.taken++;
        yield new TextEncoder().encode(chunk);
      }
      if (this.#error !== undefined) throw this.#error;
    } finally {
      this.closed++;
    }
  }
}
