import type { Position } from "../../connection/position.js";
import { TransportError } from "../../error.js";
import { isSafeMethod } from "../../http/failure.js";
import type { SseConfig } from "../config/config.js";

/**
 * The request may be sent again: it has a safe method, or it delivered no event, or there is an id to resume after. Otherwise
 * the server would do its work, and bill it, a second time from the start. `delivered`: an event was delivered.
 */
export function isResendable({ method }: SseConfig, position: Position, delivered: boolean): boolean {
  return isSafeMethod(method) || !delivered || position.canResume;
}

/** The error of a `reconnect()` that is refused. Nothing is dropped for it. */
export function neverSentAgain(method: string): TransportError<"SSE_STREAM_ENDED"> {
  return TransportError.sseStreamEnded({
    clean: true,
    retryable: false,
    message: `a ${method} that delivered events without ids is never sent again`,
  });
}
