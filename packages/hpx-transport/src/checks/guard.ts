import { type AnyTransportError, TransportError } from "../error.js";

/**
 * Calls a function of the user's; what it throws becomes a `HANDLER` error that names it. Hooks are synchronous, but an
 * `async` one type-checks: its rejection goes to `onRejection` as the same error, instead of to the process. `told` is the error
 * that the function hears of: it must not be lost behind the new one.
 */
export function guard<T>(
  hook: string,
  call: () => T,
  onRejection: (error: TransportError<"HANDLER">) => void,
  told?: AnyTransportError,
): T {
  let result: T;
  try {
    result = call();
  } catch (cause) {
    throw TransportError.handler(hook, cause, told);
  }
  if (isThenable(result)) {
    result.then(undefined, (cause: unknown) => onRejection(TransportError.handler(hook, cause, told)));
  }
  return result;
}

/** Keeps the rejection of an answer that was refused, because it is a promise, from the process. */
export function quieten(answer: unknown): void {
  if (isThenable(answer)) answer.then(undefined, () => {});
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
