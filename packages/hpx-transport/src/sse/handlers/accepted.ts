import type { AnyTransportError } from "../../error.js";

/**
 * Whether to retry a request that asks for work: not once it was accepted, also where nothing came yet. The server may be
 * at work on it, and would do, and bill, it a second time.
 */
export function retryUnlessAccepted({ code, retryable }: AnyTransportError): boolean {
  return retryable && code !== "SSE_STREAM_ENDED" && code !== "IDLE_TIMEOUT";
}
