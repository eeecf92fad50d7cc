import { TransportError } from "../error.js";
import type { ObservedFailure } from "./observer.js";

/** What may be told of an error: of those whose message quotes events, or an error of the user's, only where it arose. */
export function observedFailure(error: unknown): ObservedFailure {
  if (!TransportError.is(error))
    return { code: "UNKNOWN", message: error instanceof Error ? error.name : typeof error };
  const { code } = error;
  switch (code) {
    case "HANDLER":
      return { code, message: `${error.details.hook} threw` };
    case "SSE_PARSE":
      return { code, message: "json() could not read the data of an event" };
    case "SSE_INVALID_STATUS":
      return { code, message: error.message, status: error.details.status };
    default:
      return { code, message: error.message };
  }
}
