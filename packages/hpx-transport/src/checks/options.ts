import { TransportError } from "../error.js";
import { showKind } from "./check.js";
import type { Check } from "./checkers.js";
import { checkNames, type WellKnownNames } from "./option-names.js";

/**
 * The table of the options of `O`: a row for each option, with a check that knows its default. An option without a row,
 * or a row without an option, does not compile.
 */
export type Spec<O> = { readonly [N in keyof O]-?: Check<O[N]> };

/** The options after the checks of their table: each has its value or its default. */
export type Checked<S> = { readonly [N in keyof S]: S[N] extends Check<infer T> ? T : never };

/** The options of `O` that are text, numbers or switches, if each has a default: never `undefined` after the check. */
export type PlainOptions<O> = {
  readonly [N in keyof O as NonNullable<O[N]> extends string | number | boolean ? N : never]-?: NonNullable<O[N]>;
};

interface ReadingHints {
  /** The error's advice where the value is no object. */
  readonly expected?: string;
  /** Names of other libraries, and what to write here. */
  readonly wellKnown?: WellKnownNames;
}

/**
 * Reads `options` by their table. `parent` is the name in errors of the object that holds them; without one, errors name
 * the option alone.
 *
 * @throws {TransportError} `CONFIG` for the first option that is unknown (with the likely name) or cannot be used
 */
export function readOptions<S extends Readonly<Record<string, Check<unknown>>>>(
  parent: string | undefined,
  options: unknown,
  spec: S,
  hints: ReadingHints = {},
): Checked<S> {
  const given = checkGiven(parent, options, spec, hints);
  const read = ([name, checkOption]: [string, Check<unknown>]): [string, unknown] => [
    name,
    checkOption(nameOf(parent, name), Reflect.get(given, name)),
  ];
  return Object.fromEntries(Object.entries(spec).map(read)) as Checked<S>;
}

/** The checked values of options that are not given, by table. */
const defaults = /* @__PURE__ */ new WeakMap<object, object>();

/**
 * As {@link readOptions}, for options of which thousands of objects are kept: what is not given is found on a prototype that
 * all results share, so they have to be read by their names. The defaults must not have a state.
 */
export function readSparseOptions<S extends Readonly<Record<string, Check<unknown>>>>(
  options: unknown,
  spec: S,
  hints: ReadingHints = {},
): Checked<S> {
  const given = checkGiven(undefined, options, spec, hints);
  const shared = defaults.get(spec) ?? readDefaults(spec);
  const result = Object.create(shared) as Record<string, unknown>;
  for (const [name, checkOption] of Object.entries(spec)) {
    const value: unknown = Reflect.get(given, name);
    if (value !== undefined || !(name in shared)) result[name] = checkOption(name, value);
  }
  return result as Checked<S>;
}

function readDefaults(spec: Readonly<Record<string, Check<unknown>>>): object {
  const shared: Record<string, unknown> = {};
  for (const [name, checkOption] of Object.entries(spec)) {
    try {
      shared[name] = checkOption(name, undefined);
    } catch {
      // It has to be given: the check says so where it is not.
    }
  }
  defaults.set(spec, shared);
  return shared;
}

function checkGiven(parent: string | undefined, options: unknown, spec: object, hints: ReadingHints): object {
  const { expected = "it takes an object", wellKnown } = hints;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw TransportError.config(parent ?? "options", showKind(options), expected);
  }
  checkNames(parent, options, Object.keys(spec), wellKnown);
  return options;
}

function nameOf(parent: string | undefined, name: string): string {
  return parent === undefined ? name : `${parent}.${name}`;
}
