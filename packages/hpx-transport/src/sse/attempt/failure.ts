import { EventTooLargeError } from "sseer";
import { type AnyTransportError, TransportError } from "../../error.js";
import type { SseConfig } from "../config/config.js";

/** Anything that was thrown in an attempt, in the transport's words. */
export function asTransportError(error: unknown, { maxEventSize }: SseConfig): AnyTransportError {
  if (TransportError.is(error)) return error;
  if (error instanceof EventTooLargeError) return TransportError.sseEventTooLarge(maxEventSize, error);
  // Nothing else should be thrown here: a mistake of ours must come to light, not be retried for ever.
  return TransportError.handler("the transport itself", error);
}
