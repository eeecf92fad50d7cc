import { TransportError } from "hpx-transport";

/** Checks one option and returns the value to use: the default where `value` is `undefined`. Throws `CONFIG`. */
export type Check<T> = (field: string, value: unknown) => T;

/** The table of the options of `O`: a row for each option, with a check that knows its default. */
export type Spec<O> = { readonly [N in keyof O]-?: Check<unknown> };

/** The options after the checks of their table. */
export type Checked<S> = { readonly [N in keyof S]: S[N] extends Check<infer T> ? T : never };

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** An option that cannot be used. */
export function wrong(field: string, shown: string, expected: string): TransportError<"CONFIG"> {
  return TransportError.config(field, shown, expected);
}

/** A value as an error shows it. Never call it with what may be a secret. */
export function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 80)) : kindOf(value);
}

/** The kind of a value, for values that may be a secret. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Reads an object by its table; `parent` is its name in errors. @throws {TransportError} `CONFIG` */
export function readTable<S extends Readonly<Record<string, Check<unknown>>>>(
  parent: string,
  value: unknown,
  spec: S,
): Checked<S> {
  const object = asObject(parent === "" ? "the configuration" : parent, value);
  const prefix = parent === "" ? "" : `${parent}.`;
  const names = Object.keys(spec);
  const unknown = Object.keys(object).find((name) => !names.includes(name));
  if (unknown !== undefined) throw wrong(prefix + unknown, "an unknown option", `the options are ${names.join(", ")}`);
  return Object.fromEntries(names.map((name) => [name, spec[name]?.(prefix + name, object[name])])) as Checked<S>;
}

/** An object that is no list. */
export function asObject(field: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw wrong(field, kindOf(value), "it takes names with their values");
  }
  return value as Record<string, unknown>;
}

/** A duration: a number of milliseconds, or text with a unit. Returns milliseconds. */
export function duration(fallback: number, least = 0): Check<number> {
  return (field, value) => {
    if (value === undefined) return fallback;
    const [, number, unit = ""] = typeof value === "string" ? (/^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value) ?? []) : [];
    const milliseconds = number === undefined ? value : Number(number) * (UNITS[unit] as number);
    if (typeof milliseconds === "number" && milliseconds >= least && milliseconds < Number.MAX_SAFE_INTEGER) {
      return milliseconds;
    }
    const range = least === 0 ? "" : `, at least ${least} ms`;
    throw wrong(field, show(value), `it takes a duration such as 500ms, 60s, 5m, 2h or 7d, or milliseconds${range}`);
  };
}

/** A whole number. */
export function whole(fallback: number, least: number, most: number): Check<number> {
  return (field, given) => {
    const value = given ?? fallback;
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
    throw wrong(
      field,
      typeof value === "number" ? String(value) : show(value),
      `it takes a whole number from ${least} to ${most}`,
    );
  };
}

/** A number above 0, of which only the ratio to others counts. */
export function weight(field: string, given: unknown): number {
  const value = given ?? 1;
  if (typeof value === "number" && value >= 0.001 && value <= 1000) return value;
  throw wrong(field, typeof value === "number" ? String(value) : show(value), "it takes a number from 0.001 to 1000");
}

/** A switch, off where it is left out. */
export function flag(field: string, value: unknown): boolean {
  if (value === undefined || typeof value === "boolean") return value ?? false;
  throw wrong(field, show(value), "it takes true or false");
}

/** One of some words. */
export function oneOf<T extends string>(...words: readonly T[]): Check<T | undefined> {
  return (field, value) => {
    if (value === undefined || words.includes(value as T)) return value as T | undefined;
    throw wrong(
      field,
      show(value),
      `it takes ${words.map((word) => JSON.stringify(word)).join(" or ")}, or is left out`,
    );
  };
}

/** Text that is not empty. */
export function text(expected: string, pattern: RegExp = /./s): Check<string | undefined> {
  return (field, value) => {
    if (value === undefined) return undefined;
    if (typeof value === "string" && pattern.test(value)) return value;
    throw wrong(field, show(value), expected);
  };
}
