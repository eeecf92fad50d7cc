import type { SseConnection, SseEvent } from "../sse/index.js";
import type { Encoder } from "./encoder.js";

/**
 * The events of `connection` as a body. Nothing is taken before it is read, so a consumer that does not read holds the server
 * back; cancelling it closes the connection. An error of the connection comes after the events before it, and the reason of
 * `signal` at once.
 */
export function eventBody(
  connection: SseConnection,
  encoder: Encoder,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const batches = connection.stream.batches()[Symbol.asyncIterator]();
  /** A read of the connection that is under way: a comment may come first. */
  let reading: Promise<IteratorResult<SseEvent[], undefined>> | undefined;
  let onAbort: (() => void) | undefined;
  const over = (): void => {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        onAbort = () => {
          over();
          controller.error(signal.reason);
        };
        signal.addEventListener("abort", onAbort);
      },
      async pull(controller) {
        try {
          for (;;) {
            reading ??= batches.next();
            const result = await beforeComment(reading, connection, encoder);
            if (result === "comment") {
              const comments = encoder.takeComments();
              if (comments === undefined) continue;
              controller.enqueue(comments);
              return;
            }
            reading = undefined;
            if (signal.aborted) return;
            if (result.done === true) {
              over();
              controller.close();
            } else {
              controller.enqueue(encoder.encode(result.value));
            }
            return;
          }
        } catch (error) {
          over();
          throw error;
        }
      },
      async cancel() {
        over();
        await connection.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The next events, or `"comment"` where a comment came and no event before it waits. */
async function beforeComment<T>(
  reading: Promise<T>,
  connection: SseConnection,
  encoder: Encoder,
): Promise<T | "comment"> {
  const comment = new Promise<"comment">((resolve) => {
    const tell = (): void => {
      if (encoder.hasComments && connection.handle.stats.buffered === 0) resolve("comment");
    };
    encoder.onComment = tell;
    tell();
  });
  return Promise.race([reading, comment]);
}
