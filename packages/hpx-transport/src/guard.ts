import { TransportError } from "./error.js";

/** Calls a function of the user's; what it throws becomes a `HANDLER` error that names it. */
export function guard<T>(hook: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw TransportError.handler(hook, cause);
  }
}
