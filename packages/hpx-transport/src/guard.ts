import { TransportError } from "./error.js";

/**
 * Calls a function of the user's; what it throws becomes a `HANDLER` error that names it. Hooks are synchronous, but an
 * `async` one type-checks: its rejection goes to `onRejection` as the same error, instead of to the process.
 */
export function guard<T>(hook: string, call: () => T, onRejection: (error: TransportError<"HANDLER">) => void): T {
  let result: T;
  try {
    result = call();
  } catch (cause) {
    throw TransportError.handler(hook, cause);
  }
  if (isThenable(result)) result.then(undefined, (cause: unknown) => onRejection(TransportError.handler(hook, cause)));
  return result;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
