import { Command } from "commander";
import type { Surroundings } from "./output.js";

/** A command whose wrong usage exits with 2, so that scripts can tell it from a failure. */
export function createCommand(name: string): Command {
  return new Command(name).exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}

/** The exit code of a program that Ctrl-C ended, as shells know it. */
const ENDED_BY_FORCE = 130;

/** The process as a command sees it. The first Ctrl-C asks for a good end, the second one does not wait for it. */
export function processSurroundings(): Surroundings {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(ENDED_BY_FORCE);
    interrupt.abort();
  };
  // Not `once`: where its own listener is the only one left, the library that restores the cursor ends the process.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, onSignal);
  // Where nobody reads standard error, there is nobody to tell.
  process.stderr.on("error", () => {});
  return { stdout: process.stdout, stderr: process.stderr, interrupted: interrupt.signal };
}
