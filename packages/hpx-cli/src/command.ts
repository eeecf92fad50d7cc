import { readFileSync } from "node:fs";
import { Command } from "commander";
import { EXIT, UsageError } from "./usage.js";
import type { CommandContext } from "./output.js";
import { printable } from "./text.js";

/** A command whose wrong usage exits with 2, so that scripts can tell it from a failure. */
export function createCommand(name: string): Command {
  return new Command(name)
    .configureOutput({ outputError: (text, write) => write(`${printable(text.trimEnd())} (see --help)\n`) })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.ended : EXIT.wrongUsage));
}

/** Runs the command that the arguments name; wrong usage is one line on standard error. */
export async function runCommand(command: Command, { stdout, stderr, interrupted }: CommandContext): Promise<void> {
  try {
    await command.parseAsync();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(`error: ${printable(error.message)}\n`);
    process.exitCode = EXIT.wrongUsage;
  }
  if (!interrupted.aborted) return;
  // What a reader that does not read has not taken would keep the process for as long as it likes.
  const timer = setTimeout(() => process.exit(), LAST_WRITE);
  stdout.write("", () => clearTimeout(timer));
}

/** How many milliseconds after Ctrl-C the last lines may take to be read. */
const LAST_WRITE = 100;

/** The exit code of a program that Ctrl-C ended, as shells know it. */
const ENDED_BY_FORCE = 130;

/** The process as a command sees it. The first Ctrl-C asks for a good end, the second one does not wait for it. */
export function processContext(): CommandContext {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(ENDED_BY_FORCE);
    interrupt.abort();
  };
  // Not `once`: where its own listener is the only one left, the library that restores the cursor ends the process.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, onSignal);
  // Where nobody reads standard error, there is nobody to tell.
  process.stderr.on("error", () => {});
  const { env, stdin, stdout, stderr } = process;
  return { env, stdin, stdout, stderr, interrupted: interrupt.signal };
}

/** The version of this package. */
export function version(): string {
  const file = new URL("../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
