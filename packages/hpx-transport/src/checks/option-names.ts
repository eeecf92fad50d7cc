import { TransportError } from "../error.js";

/** How many changes away from a known name a name may be to count as misspelt. */
const MOST_CHANGES = 2;

/** Patterns of option names that other libraries have, and what to write here. */
export type WellKnownNames = readonly (readonly [pattern: RegExp, here: string])[];

/**
 * Refuses an option that is not in `names`: a misspelt timeout would mean no timeout. An option that is `undefined` is
 * allowed. Its value is never shown: it may be a secret in the wrong place.
 *
 * @throws {TransportError} `CONFIG`, naming the option and the likely name
 */
export function checkNames(
  parent: string | undefined,
  options: object,
  names: readonly string[],
  wellKnown: WellKnownNames = [],
): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || names.includes(name)) continue;
    const field = parent === undefined ? name : `${parent}.${name}`;
    throw TransportError.config(field, "an unknown option", adviceOn(name, names, wellKnown));
  }
}

function adviceOn(name: string, names: readonly string[], wellKnown: WellKnownNames): string {
  const likely = likelyName(name, names);
  if (likely !== undefined) return `did you mean ${likely}?`;
  const here = wellKnown.find(([pattern]) => pattern.test(name))?.[1];
  return here === undefined ? `the options are ${names.join(", ")}` : `here it is ${here}`;
}

/** The one of `names` that `name` is most likely a misspelling of. */
export function likelyName(name: string, names: readonly string[]): string | undefined {
  return names.find((known) => changes(name.toLowerCase(), known.toLowerCase()) <= MOST_CHANGES);
}

/** How many letters have to be changed, added or left out to make `a` of `b` (Levenshtein). */
function changes(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of a.split("").entries()) {
    const current = [row + 1];
    for (let column = 1; column <= b.length; column += 1) {
      const changed = (above[column - 1] as number) + (letter === b[column - 1] ? 0 : 1);
      current.push(Math.min(changed, (above[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    above = current;
  }
  return above[b.length] as number;
}
