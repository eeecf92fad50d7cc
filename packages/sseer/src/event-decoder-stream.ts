import type { ServerSentEvent } from "./event.js";
import { EventStream, type EventStreamOptions } from "./event-stream.js";

/**
 * The parser as a transform stream: `response.body.pipeThrough(new EventDecoderStream())`.
 *
 * Back-pressure passes through it. An error comes after the events that were read before it; a plain TransformStream
 * would discard those events.
 */
export class EventDecoderStream<E extends ServerSentEvent = ServerSentEvent> {
  /** The events. */
  readonly readable: ReadableStream<E>;
  /** Takes the bytes in chunks, cut anywhere. */
  readonly writable: WritableStream<Uint8Array>;

  /** @throws TypeError or RangeError for an invalid option, as `EventParser` does */
  constructor(options: EventStreamOptions<E> = {}) {
    const bytes = new TransformStream<Uint8Array, Uint8Array>();
    const events = new EventStream(bytes.readable, options)[Symbol.asyncIterator]();
    this.writable = bytes.writable;
    this.readable = new ReadableStream<E>(
      {
        async pull(controller) {
          const { done, value } = await events.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        async cancel() {
          await events.return?.();
        },
      },
      // No event is queued here, so an error cannot overtake an event.
      { highWaterMark: 0 },
    );
  }
}
