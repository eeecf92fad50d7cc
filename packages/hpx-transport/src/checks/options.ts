import { TransportError } from "../error.js";
import { showKind } from "./check.js";
import type { Check } from "./checkers.js";
import { checkNames } from "./option-names.js";

/**
 * One table for the options of `O`: a row an option, whose check knows its default. The names of the options are those
 * of the rows, so an option without a row does not compile, and one without an option neither.
 */
export type Spec<O> = { readonly [N in keyof O]-?: Check<O[N]> };

/** What a table makes of options: each one checked, with its default filled in. */
export type Checked<S> = { readonly [N in keyof S]: S[N] extends Check<infer T> ? T : never };

/** Those of `O` that are text, a number or a switch and have a default: never `undefined` after the check. */
export type PlainOptions<O> = {
  readonly [N in keyof O as NonNullable<O[N]> extends string | number | boolean ? N : never]-?: NonNullable<O[N]>;
};

/**
 * Reads `options` by their table. `parent` is how errors call the object that holds them; `undefined` for a function's
 * own options, which are named without it.
 *
 * @throws {TransportError} `CONFIG` for the first option that is unknown (with the likely name) or cannot be used
 */
export function readOptions<S extends Readonly<Record<string, Check<unknown>>>>(
  parent: string | undefined,
  options: unknown,
  spec: S,
  expected = "it takes an object",
): Checked<S> {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw TransportError.config(parent ?? "options", showKind(options), expected);
  }
  checkNames(parent, options, Object.keys(spec));
  const prefix = parent === undefined ? "" : `${parent}.`;
  const read = ([name, checkOption]: [string, Check<unknown>]): [string, unknown] => [
    name,
    checkOption(prefix + name, Reflect.get(options, name)),
  ];
  return Object.fromEntries(Object.entries(spec).map(read)) as Checked<S>;
}
