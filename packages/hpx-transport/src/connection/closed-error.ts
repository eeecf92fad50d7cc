import { TransportError } from "../error.js";

/** What those hear who wait for something of a connection that is closed. */
export function closedError(message: string): TransportError<"SSE_STREAM_ENDED"> {
  return TransportError.sseStreamEnded({
    clean: true,
    retryable: false,
    message: `the connection is closed: ${message}`,
  });
}

/** Why a `reconnect()` is refused, and nothing dropped for it. */
export function neverSentAgain(method: string): TransportError<"SSE_STREAM_ENDED"> {
  const message = `a ${method} that delivered events without ids is never sent again`;
  return TransportError.sseStreamEnded({ clean: true, retryable: false, message });
}
