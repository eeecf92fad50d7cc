import { TransportError } from "../error.js";

/** Names further from a known one than this many changes are no slip of the pen. */
const LARGEST_SLIP = 2;

/**
 * Refuses an option that nothing would read: a misspelt timeout must not become no timeout. One that is `undefined`
 * asks for nothing and is let through. Its value is never shown: it may be a misplaced secret.
 *
 * @throws {TransportError} `CONFIG`, naming the option, and the one that was likely meant
 */
export function checkNames(parent: string | undefined, options: object, names: readonly string[]): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || names.includes(name)) continue;
    const likely = names.find((known) => changes(name.toLowerCase(), known.toLowerCase()) <= LARGEST_SLIP);
    throw TransportError.config(
      parent === undefined ? name : `${parent}.${name}`,
      "an unknown option",
      likely === undefined ? `the options are ${names.join(", ")}` : `did you mean ${likely}?`,
    );
  }
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
