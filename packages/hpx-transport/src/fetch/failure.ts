import { TransportError } from "../error.js";

/**
 * The error with which `fetch` rejects. Libraries recognise a failure of the network by a `TypeError` with this message, and
 * retry it; a mistake in the options, the authentication or the handler stays what it is.
 */
export function asFetchError(error: unknown): unknown {
  if (!TransportError.is(error)) return error;
  const { code } = error;
  if (code !== "CONNECT" && code !== "TIMEOUT" && code !== "REDIRECT") return error;
  return new TypeError("fetch failed", { cause: error });
}
