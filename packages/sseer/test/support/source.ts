/** A source of bytes that counts its reads and its closes. */
export class Source implements AsyncIterable<Uint8Array> {
  taken = 0;
  closed = 0;
  readonly #chunks: readonly string[];
  readonly #error: Error | undefined;

  /** Gives `chunks`, then ends, or throws `error` when there is one. */
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
