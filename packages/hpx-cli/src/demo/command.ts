import { type Command, Option } from "commander";
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
  /** `true` where no log was named. */
  readonly relay?: true | "sqlite" | "nats";
}

/** `hpx demo`, also `npm start`: the main job on a real socket, with a verdict. `program`: the file of the program `hpx`. */
export function demoCommand(context: CommandContext, program: string): Command {
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
    .addOption(
      new Option(
        "--relay [log]",
        "relay three exchanges into a log, kill -9 a relay, and verify the log (default: nats where a nats-server is found)",
      )
        .choices(["sqlite", "nats"])
        .conflicts("serve"),
    )
    .action(async (flags: Flags) => {
      process.exitCode = await run(flags, program, context);
    });
}

async function run(flags: Flags, program: string, context: CommandContext): Promise<ExitCode> {
  const { seconds, skipId = false, repeatId = false, serve = false, relay } = flags;
  if (serve) return serveExchange({ seconds, skipId, repeatId }, context);
  if (relay !== undefined) {
    const { runRelays } = await import("./relay/run-relays.js");
    const log = relay === true ? undefined : relay;
    return runRelays({ seconds: seconds ?? DEFAULT_SECONDS, skipId, repeatId, log, program }, context);
  }
  return runExchange({ seconds: seconds ?? DEFAULT_SECONDS, skipId, repeatId }, context);
}
