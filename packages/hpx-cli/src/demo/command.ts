import type { Command } from "commander";
import { createCommand } from "../command.js";
import { parseTimeSpan } from "../duration.js";
import type { CommandContext } from "../output.js";
import { runExchange } from "./run-exchange.js";
import { serveExchange } from "./serve-exchange.js";
import { watchUrl } from "./watch-url.js";

/** How long the mock exchange trades where nobody says. */
const DEFAULT_SECONDS = 10;

interface Flags {
  readonly seconds?: number;
  readonly skipId?: boolean;
  readonly repeatId?: boolean;
  readonly serve?: boolean;
}

/** `hpx demo`, also `npm start`: the main job on a real socket, with a verdict. */
export function demoCommand(context: CommandContext): Command {
  const command = createCommand("demo");
  return command
    .description("consume an unreliable mock exchange and say whether anything was lost, or watch any stream")
    .argument("[url]", "a stream to watch in place of the mock exchange")
    .option(
      "--seconds <n>",
      `stop after n seconds (the exchange: ${DEFAULT_SECONDS}; a URL, --serve: never)`,
      (text) => parseTimeSpan("--seconds", text) / 1000,
    )
    .option("--skip-id", "make the exchange skip an id: the verdict must say that one is lost")
    .option("--repeat-id", "make the exchange repeat an id: the verdict must say that one is duplicated")
    .option("--serve", "run the mock exchange for other programs, such as hpx sse; prints its URL")
    .action(async (url: string | undefined, flags: Flags) => {
      if (url !== undefined && (flags.skipId || flags.repeatId || flags.serve)) {
        command.error("error: --skip-id, --repeat-id and --serve are for the mock exchange, not for a URL");
      }
      process.exitCode = await run(url, flags, context);
    });
}

async function run(url: string | undefined, flags: Flags, context: CommandContext): Promise<number> {
  const { seconds, skipId = false, repeatId = false, serve = false } = flags;
  if (url !== undefined) return watchUrl({ url, seconds }, context);
  if (serve) return serveExchange({ seconds, skipId, repeatId }, context);
  return runExchange({ seconds: seconds ?? DEFAULT_SECONDS, skipId, repeatId }, context);
}
