import { wrong } from "./checks.js";

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Puts the values of `$NAME` and `${NAME}` in; `$$` is a dollar sign. Only values of headers and the URL of the log are read so:
 * a secret belongs into neither a file nor a URL of a source, which logs may show.
 *
 * @throws {TransportError} `CONFIG` for a variable that is not set
 */
export function expand(field: string, value: string, environment: Environment): string {
  return value.replaceAll(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => {
    if (whole === "$$") return "$";
    const name = braced ?? bare ?? "";
    const found = environment[name];
    if (found !== undefined) return found;
    throw wrong(field, whole, `the environment has no ${name}: set it, or write $$ for a dollar sign`);
  });
}
