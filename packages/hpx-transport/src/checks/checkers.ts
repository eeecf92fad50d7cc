import { TransportError } from "../error.js";
import { LONGEST_TIMER, show, showKind } from "./check.js";

/**
 * Checks one option, `field`, and returns the value to use: the default where `value` is `undefined`.
 *
 * @throws {TransportError} `CONFIG`, naming the option
 */
export type Check<T> = (field: string, value: unknown) => T;

/**
 * A check that returns `fallback` for `undefined`, and a value that `accepts` allows unchanged. The error shows a refused
 * string only if `describe` is `show`: it may be a secret.
 */
export function check<T, F = undefined>(
  expected: string,
  accepts: (value: unknown) => value is T,
  fallback?: F,
  describe: (value: unknown) => string = showKind,
): Check<T | F> {
  return (field, value) => {
    if (value === undefined) return fallback as F;
    if (accepts(value)) return value;
    throw TransportError.config(field, describe(value), expected);
  };
}

/** A duration that a timer can wait; 0 turns it off. */
export function milliseconds<F = undefined>(fallback?: F): Check<number | F> {
  return check(`it takes milliseconds from 0 (off) to ${LONGEST_TIMER}`, isDuration, fallback, show);
}

/** A whole number of `unit` from `least` to `most`. */
export function count<F = undefined>(
  fallback: F,
  unit: string,
  least = 1,
  most: number = Number.MAX_SAFE_INTEGER,
  describe: (value: unknown) => string = show,
): Check<number | F> {
  const accepts = (value: unknown): value is number =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most;
  const range = most === Number.MAX_SAFE_INTEGER ? `, at least ${least}` : ` from ${least} to ${most}`;
  return check(`it takes a whole number of ${unit}${range}`, accepts, fallback, describe);
}

export function flag<F = undefined>(fallback?: F): Check<boolean | F> {
  return check("it takes true or false", (value) => typeof value === "boolean", fallback, show);
}

/** Any string; it is never shown. */
export function text<F = undefined>(fallback?: F): Check<string | F> {
  return check("it takes a string", (value) => typeof value === "string", fallback);
}

/** Text that names something, such as a host or a query parameter: not empty, and shown when it is refused. */
export function nonEmpty<F = undefined>(expected: string, fallback?: F): Check<string | F> {
  return check(expected, (value): value is string => typeof value === "string" && value !== "", fallback, show);
}

/** One of `choices`. Give `showKind` as `describe` where a user may put a secret by mistake. */
export function oneOf<const T extends string, F extends T | undefined = undefined>(
  choices: readonly T[],
  fallback?: F,
  describe: (value: unknown) => string = show,
): Check<T | F> {
  const accepts = (value: unknown): value is T => choices.some((choice) => choice === value);
  return check(`it takes ${listed(choices)}`, accepts, fallback, describe);
}

/** A function. Only the compiler checks its parameters and its result. */
export function fn<T>(fallback: T): Check<T> {
  return check("it takes a function", (value): value is T => typeof value === "function", fallback);
}

/** An object of any class with these methods, such as `auth` and `client`. */
export function objectWith<T extends object>(...methods: readonly string[]): Check<T | undefined> {
  return (field, value) => {
    if (value !== undefined) requireObject(field, value, ...methods);
    return value as T | undefined;
  };
}

/** @throws {TransportError} `CONFIG` when `value` is no object with these methods */
export function requireObject(field: string, value: unknown, ...methods: readonly string[]): asserts value is object {
  if (!isObject(value)) throw TransportError.config(field, showKind(value), "it takes an object");
  const missing = methods.find((name) => !hasMethod(value, name));
  if (missing === undefined) return;
  const expected = `it takes an object with ${methods.map((name) => `${name}()`).join(", ")}`;
  throw TransportError.config(field, `an object without ${missing}()`, expected);
}

export function hasMethod(value: unknown, name: string): boolean {
  return isObject(value) && typeof Reflect.get(value, name) === "function";
}

function isDuration(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= LONGEST_TIMER;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** `"a", "b" or "c"` */
function listed(choices: readonly string[]): string {
  const quoted = choices.map((choice) => JSON.stringify(choice));
  return [quoted.slice(0, -1).join(", "), ...quoted.slice(-1)].join(" or ");
}
