import { type AnyTransportError, TransportError } from "../error.js";

/**
 * Calls a function of the user's. An error that it throws becomes a `HANDLER` error that names the function. Hooks are
 * synchronous, but an `async` one type-checks: its rejection goes to `onRejection` as the same error, instead of ending the
 * process. `subject` is the error that the function was called with: the new error keeps it in its details.
 */
export function guard<T>(
  hook: string,
  call: () => T,
  onRejection: (error: TransportError<"HANDLER">) => void,
  subject?: AnyTransportError,
): T {
  let result: T;
  try {
    result = call();
  } catch (cause) {
    throw TransportError.handler(hook, cause, subject);
  }
  if (isThenable(result)) {
    result.then(undefined, (cause: unknown) => onRejection(TransportError.handler(hook, cause, subject)));
  }
  return result;
}

/** Handles the rejection of an answer that is refused because it is a promise: unhandled, it would end the process. */
export function quieten(answer: unknown): void {
  if (isThenable(answer)) answer.then(undefined, () => {});
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
