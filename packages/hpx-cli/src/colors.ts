import pc from "picocolors";
import type { TextStream } from "./output.js";

export type Colors = ReturnType<typeof pc.createColors>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Colours for output to `stream`, or functions that add none: a terminal has them, NO_COLOR removes them
 * (no-color.org), FORCE_COLOR adds them in a pipe, too (0 removes them).
 */
export function colorsFor(stream: TextStream, env: Environment): Colors {
  return pc.createColors(hasColors(stream, env));
}

function hasColors(stream: TextStream, env: Environment): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  const force = env["FORCE_COLOR"];
  if (force !== undefined) return force !== "0" && force !== "false";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}
