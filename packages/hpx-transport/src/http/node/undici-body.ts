import type { UndiciDispatchController } from "./dispatcher.js";
import type { BodyConsumer, HttpBody } from "../client.js";

/**
 * The body of a response that undici pushes. undici is paused from the headers to `consume`; what a dispatcher sends
 * nevertheless is kept until then, as a copy.
 */
export class UndiciBody implements HttpBody {
  readonly #controller: UndiciDispatchController;
  readonly #close: () => void;
  #early: Uint8Array[] | undefined;
  #consumer: BodyConsumer | undefined;
  /** The consumer once it has had what came early: from then on chunks go straight to it. */
  #live: BodyConsumer | undefined;
  #paused = false;
  #ended = false;
  #error: Error | undefined;
  #over = false;

  constructor(controller: UndiciDispatchController, close: () => void) {
    this.#controller = controller;
    this.#close = close;
  }

  consume(consumer: BodyConsumer): void {
    this.#consumer = consumer;
    this.resume();
  }

  pause(): void {
    this.#paused = true;
    this.#controller.pause();
  }

  resume(): void {
    this.#paused = false;
    // Deferred, because undici's parser must not be resumed from within a chunk of another connection.
    queueMicrotask(() => {
      this.#flow();
    });
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#close();
  }

  /** Takes a chunk from undici. */
  push(chunk: Uint8Array): void {
    // undici resumes with an empty chunk; a consumer that pauses at each chunk would go round in circles with it.
    if (this.#over || chunk.length === 0) return;
    if (this.#live === undefined) (this.#early ??= []).push(new Uint8Array(chunk));
    else this.#live.onChunk(chunk);
  }

  /** Takes the end of the body from undici, with the error that cut it short if there was one. */
  end(error?: Error): void {
    this.#ended = true;
    this.#error = error;
    if (this.#live !== undefined) this.#finish(this.#live);
  }

  #flow(): void {
    const consumer = this.#consumer;
    if (consumer === undefined) return;
    while (!this.#paused && !this.#over) {
      const chunk = this.#early?.shift();
      if (chunk === undefined) break;
      consumer.onChunk(chunk);
    }
    if (this.#paused || this.#over) return;
    this.#live = consumer;
    if (this.#ended) this.#finish(consumer);
    else this.#controller.resume();
  }

  #finish(consumer: BodyConsumer): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#error === undefined) consumer.onEnd();
    else consumer.onError(this.#error);
  }
}
