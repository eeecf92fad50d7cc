import type { Command } from "commander";
import { createCommand } from "../command.js";
import type { CommandContext } from "../output.js";

interface Flags {
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** `hpx relay status FILE|URL`. */
export function statusCommand(context: CommandContext): Command {
  return createCommand("status")
    .description("show what a relay does: a line for each source")
    .usage("[options] <file|url>")
    .argument("<file|url>", "the configuration of the relay, or the URL of its status server")
    .option("--json", "print the status as JSON, one line")
    .option("--watch", "print it again every second, until Ctrl-C")
    .addHelpText("after", "\nExit code: 0 the relay is ready; 1 it is not, or does not answer; 2 wrong usage")
    .action(async (target: string, flags: Flags) => {
      const { showStatus } = await import("./status.js");
      process.exitCode = await showStatus(target, flags, context);
    });
}
