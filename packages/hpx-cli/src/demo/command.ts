import type { Command } from "commander";
import { createCommand } from "../command.js";
import { parseTimeSpan } from "../duration.js";
import type { Surroundings } from "../output.js";
import { runExchange } from "./run-exchange.js";
import { watchUrl } from "./watch-url.js";

/** How long the mock exchange trades where nobody says. */
const DEFAULT_SECONDS = 10;

interface Flags {
  readonly seconds?: number;
  readonly skipId?: boolean;
  readonly repeatId?: boolean;
}

/** `hpx demo`, also `npm start`: the main job on a real socket, with a verdict. */
export function demoCommand(surroundings: Surroundings): Command {
  const command = createCommand("demo");
  return command
    .description("consume an unreliable mock exchange and say whether anything was lost, or watch any stream")
    .argument("[url]", "a stream to watch in place of the mock exchange")
    .option(
      "--seconds <n>",
      `stop after n seconds (the exchange: ${DEFAULT_SECONDS}; a URL: never)`,
      (text) => parseTimeSpan("--seconds", text) / 1000,
    )
    .option("--skip-id", "make the exchange skip an id: the verdict must say that one is lost")
    .option("--repeat-id", "make the exchange repeat an id: the verdict must say that one is duplicated")
    .action(async (url: string | undefined, { seconds, skipId = false, repeatId = false }: Flags) => {
      if (url !== undefined && (skipId || repeatId)) {
        command.error("error: --skip-id and --repeat-id are for the mock exchange, not for a URL");
      }
      process.exitCode =
        url === undefined
          ? await runExchange({ seconds: seconds ?? DEFAULT_SECONDS, skipId, repeatId }, surroundings)
          : await watchUrl({ url, seconds }, surroundings);
    });
}
