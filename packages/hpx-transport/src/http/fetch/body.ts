import type { BodyConsumer, HttpBody } from "../client.js";

/** The body of a fetch response, read chunk by chunk: never a read while paused, never two at a time. */
export class FetchBody implements HttpBody {
  readonly #stream: ReadableStream<Uint8Array> | null;
  readonly #close: () => void;
  #consumer: BodyConsumer | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #reading = false;
  #paused = false;
  #over = false;

  /** `close` lets go of the exchange, once the body is over or aborted. */
  constructor(stream: ReadableStream<Uint8Array> | null, close: () => void) {
    this.#stream = stream;
    this.#close = close;
  }

  consume(consumer: BodyConsumer): void {
    this.#consumer = consumer;
    this.#reader = this.#stream?.getReader();
    this.resume();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (this.#consumer !== undefined && !this.#reading) void this.#read(this.#consumer);
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    // Beside the signal, which Deno forgets once it has collected the response.
    void (this.#reader ?? this.#stream)?.cancel().catch(() => {});
    this.#close();
  }

  async #read(consumer: BodyConsumer): Promise<void> {
    this.#reading = true;
    try {
      while (!this.#paused && !this.#over) {
        const { done, value } = (await this.#reader?.read()) ?? { done: true, value: undefined };
        if (this.#over) return;
        if (done) {
          this.abort();
          consumer.onEnd();
        } else {
          consumer.onChunk(value);
        }
      }
    } catch (error) {
      if (this.#over) return;
      this.abort();
      consumer.onError(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#reading = false;
    }
  }
}
