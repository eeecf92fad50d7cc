import type { HttpBody } from "../http/client.js";

/** Bytes that are read ahead: a small response is complete, and its socket closed, also where the body is never read. */
const READ_AHEAD = 64 * 1024;

/** A response that was taken from its connection. */
export interface PlainBodyOwner {
  /** The call's signal: errors the body with its reason. */
  readonly signal: AbortSignal;
  /** Ends the exchange. */
  readonly controller: AbortController;
  /** The body ended, broke, or was cancelled. */
  readonly onOver: () => void;
}

/** The body of a response that is no event stream, as it comes; a slow consumer holds the server back. */
export function plainBody(
  body: HttpBody,
  { signal, controller: exchange, onOver }: PlainBodyOwner,
): ReadableStream<Uint8Array> {
  let onAbort: (() => void) | undefined;
  const over = (): void => {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
    onOver();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        onAbort = () => {
          over();
          controller.error(signal.reason);
          body.abort();
          exchange.abort(signal.reason);
        };
        signal.addEventListener("abort", onAbort);
        body.consume({
          onChunk(bytes) {
            controller.enqueue(new Uint8Array(bytes));
            if ((controller.desiredSize ?? 0) <= 0) body.pause();
          },
          onEnd() {
            over();
            controller.close();
          },
          onError(cause) {
            over();
            controller.error(new TypeError("terminated", { cause }));
          },
        });
      },
      pull() {
        body.resume();
      },
      cancel(reason) {
        over();
        body.abort();
        exchange.abort(reason);
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: READ_AHEAD }),
  );
}
