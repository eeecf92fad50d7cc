import type { Command } from "commander";
import { createCommand } from "../command.js";
import { parseTimeSpan } from "../duration.js";
import type { CommandContext } from "../output.js";
import type { ExitCode } from "../usage.js";
import { runExchange } from "./run-exchange.js";
import { serveExchange } from "./serve-exchange.js";

/** How long the mock exchange trades by default. */
const DEFAULT_SECONDS = 10;

interface Flags {
  readonly seconds?: number;
  readonly skipId?: boolean;
  readonly repeatId?: boolean;
  readonly serve?: boolean;
}

/** `hpx demo`, also `npm start`: the main job on a real socket, with a verdict. */
export function demoCommand(context: CommandContext): Command {
  return createCommand("demo")
    .description("consume an unreliable mock exchange and report lost events")
    .option(
      "--seconds <n>",
      `stop after n seconds (default: ${DEFAULT_SECONDS}; with --serve: never)`,
      (text) => parseTimeSpan("--seconds", text) / 1000,
    )
    .option("--skip-id", "make the exchange skip an id: the verdict must say that one is lost")
    .option("--repeat-id", "make the exchange repeat an id: the verdict must say that one is duplicated")
    .option("--serve", "run the mock exchange for other programs, such as hpx sse; prints its URL")
    .action(async (flags: Flags) => {
      process.exitCode = await run(flags, context);
    });
}

async function run(flags: Flags, context: CommandContext): Promise<ExitCode> {
  const { seconds, skipId = false, repeatId = false, serve = false } = flags;
  if (serve) return serveExchange({ seconds, skipId, repeatId }, context);
  return runExchange({ seconds: seconds ?? DEFAULT_SECONDS, skipId, repeatId }, context);
}
