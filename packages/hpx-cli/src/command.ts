import { readFileSync } from "node:fs";
import { Command } from "commander";
import { EXIT, UsageError } from "./usage.js";
import { type CommandContext, LAST_WRITE } from "./output.js";
import { printable } from "./text.js";

/** A command whose wrong usage exits with 2, so that scripts can tell it from a failure. */
export function createCommand(name: string): Command {
  return new Command(name)
    .configureHelp({ subcommandTerm: (subcommand) => `${subcommand.name()} ${subcommand.usage()}` })
    .configureOutput({ outputError: (text, write) => write(`${printable(text.trimEnd())} (see --help)\n`) })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.ended : EXIT.wrongUsage));
}

/**
 * The words of `command` that are no options, by the names in `names`: the URL first, which may also be given with `--url`.
 * The word curl of a copied command is left out.
 */
export function readWords(command: Command, names: readonly string[]): string[] {
  const { url } = command.opts<{ url?: string }>();
  const [first = "", ...rest] = command.args;
  const words = /^curl(\.exe)?$/.test(first) ? rest : command.args;
  const all = url === undefined ? words : [url, ...words];
  const missing = names[all.length];
  if (missing !== undefined) command.error(`error: missing required argument '${missing}'`);
  if (all.length > names.length) {
    // They are not shown: one may be a value that lost its option.
    command.error(
      `error: too many arguments: it takes ${names.join(" and ")}, and there are ${all.length}; quote each value`,
    );
  }
  return [...all];
}

/** Runs the command that the arguments name; wrong usage is one line on standard error. */
export async function runCommand(
  command: Command,
  { stdout, stderr, interrupted }: CommandContext,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  try {
    await command.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(`error: ${printable(error.message)}\n`);
    process.exitCode = EXIT.wrongUsage;
  }
  if (!interrupted.aborted) return;
  // Output that its reader does not take would keep the process up.
  const timer = setTimeout(() => process.exit(), LAST_WRITE);
  stdout.write("", () => clearTimeout(timer));
}

/** The exit code of a program that Ctrl-C ended, as shells know it. */
const ENDED_BY_FORCE = 130;

/** The context of this process. The first Ctrl-C asks the command to end, the second one ends the process. */
export function processContext(): CommandContext {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(ENDED_BY_FORCE);
    interrupt.abort();
  };
  // Not `once`: where its own listener is the only one left, the library that restores the cursor ends the process.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, onSignal);
  // A closed standard error is no reason to end.
  process.stderr.on("error", () => {});
  const { env, stdin, stdout, stderr } = process;
  return { env, stdin, stdout, stderr, interrupted: interrupt.signal };
}

/** The version of this package. */
export function version(): string {
  const file = new URL("../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
