import type { Command } from "commander";
import { createCommand } from "../command.js";
import type { CommandContext } from "../output.js";

interface Flags {
  readonly source?: string;
  readonly since?: string;
}

/** `hpx relay verify FILE`. */
export function verifyCommand(context: CommandContext): Command {
  return createCommand("verify")
    .description("read the log and say whether an event is lost or doubled; a relay may run meanwhile")
    .usage("[options] <file>")
    .argument("<file>", "the configuration of the relay")
    .option("--source <name>", "only this source")
    .option("--since <id>", "only what follows the event with this id; with --source")
    .addHelpText(
      "after",
      "\nExit code: 0 nothing is lost or doubled; 1 something is, or the log cannot be read; 2 wrong usage",
    )
    .action(async (file: string, flags: Flags) => {
      const { verifyLog } = await import("./verify.js");
      process.exitCode = await verifyLog(file, flags, context);
    });
}
