import { ExponentialBackoff, type ExponentialBackoffOptions, type RetryPolicy } from "sseer/retry";
import { copyBytes, isBytes } from "../../checks/bytes.js";
import { isToken, show, showKind } from "../../checks/check.js";
import { type Check, check, hasMethod } from "../../checks/checkers.js";
import { TransportError } from "../../error.js";
import { isSafeMethod } from "../../http/failure.js";
import type { SseBody, SseOptions } from "./options.js";

/** A method whose response has a body, in upper case. */
export function method(fallback: string): Check<string> {
  const expected = "it takes an HTTP method whose response has a body, such as GET or POST";
  const checkMethod = check(expected, hasResponseBody, fallback, show);
  return (field, value) => checkMethod(field, value).toUpperCase();
}

/** A body; bytes are copied. */
export function body(field: string, value: unknown): SseBody | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "function") return value as SseBody & (() => unknown);
  checkBodyContent(field, value);
  return typeof value === "string" ? value : copyBytes(value);
}

/** @throws {TransportError} `CONFIG` for a body with a method that sends none */
export function checkBodyFits({ body: given, method: verb }: Pick<SseOptions, "body" | "method">): void {
  if (given === undefined || verb !== "GET") return;
  throw TransportError.config("body", "a body with GET", 'a body needs another method; set `method: "POST"`');
}

/** A body that can be sent. Also checks the result of a function given as `body`, at every attempt. */
export function checkBodyContent(field: string, value: unknown): asserts value is string | Uint8Array {
  if (typeof value === "string" || isBytes(value)) return;
  throw TransportError.config(
    field,
    showKind(value),
    "it takes a string, bytes, or a function that makes one; JSON.stringify objects",
  );
}

/** Retries in a row of a request whose method is not safe, unless the user says otherwise. */
const UNSAFE_MAX_ATTEMPTS = 4;

/** The policy in force: by default a request that may act is tried again a few times only. */
export function boundedFor(
  { method: verb, resend, reconnect: policy }: { method: string; resend: boolean; reconnect: RetryPolicy | false },
  given: SseOptions["reconnect"],
): RetryPolicy | false {
  const isOptions = given === undefined || (typeof given === "object" && !hasMethod(given, "delay"));
  if (!isOptions || isSafeMethod(verb) || resend) return policy;
  const options = { ...given } as ExponentialBackoffOptions;
  return new ExponentialBackoff({ ...options, maxAttempts: options.maxAttempts ?? UNSAFE_MAX_ATTEMPTS });
}

function hasResponseBody(value: unknown): value is string {
  return isToken(value) && !/^(?:HEAD|CONNECT|TRACE)$/i.test(value);
}
