import type { Command } from "commander";
import { createCommand } from "../command.js";
import type { CommandContext } from "../output.js";
import { relayServeCommand } from "./serve-command.js";
import { statusCommand } from "./status-command.js";
import { verifyCommand } from "./verify-command.js";

interface Flags {
  readonly id?: string;
  readonly status?: string;
  readonly check?: boolean;
  readonly quiet?: boolean;
}

const HELP = `
FILE is JSON or YAML:
  log: sqlite:./relay.db                 the log; the path begins in FILE's folder (this is the default), or
  log: nats://127.0.0.1:4222             NATS JetStream; several servers with commas between them
  group: { name: prod, ttl: 5s }         relays that share the sources (NATS), each with the same FILE
  stream: { name: RELAY, subject: "feed.{source}", replicas: 3, maxAge: 7d }
  status: 127.0.0.1:9100                 a page for a browser; /livez, /readyz, /metrics, /status
  defaults: { idleTimeout: 60s, start: now, connectsPerOrigin: 50 }
  sources:
    wiki: { url: "https://stream.wikimedia.org/v2/stream/recentchange", handler: wikimedia }
    fills: { url: "https://example.com/fills", headers: { X-Api-Key: $KEY }, continuity: numeric }
    quotes: { url: "https://example.com/quotes", ids: none, start: { after: "41" }, idleTimeout: 30s }
$NAME in a header's value or in the log's URL is a variable of the environment; $$ is a dollar sign.

SIGHUP reads FILE again: sources are added, ended and begun anew; a source that gave up is tried again.
SIGTERM and Ctrl-C commit what was read, for 5 seconds at most.

Environment:
  HPX_LOG=info    what is logged on standard error (debug, info, warn, error or off; without it: warn)

Exit code: 0 asked to stop, or every source has ended; 1 it gave up (the log refused, or every source failed); 2 wrong usage,
or a mistake in FILE`;

/** `hpx relay FILE`. What it needs is loaded when it runs: no other command pays for it. */
export function relayCommand(context: CommandContext): Command {
  return createCommand("relay")
    .description("relay many streams into a log: nothing lost, nothing doubled, whatever dies in between")
    .usage("[options] <file>")
    .argument("<file>", "the configuration, in JSON or YAML")
    .enablePositionalOptions()
    .option(
      "--id <name>",
      "the process's name in logs and in the log's tags (default: that of FILE, or host and process)",
    )
    .option(
      "--status <host:port>",
      "serve the status page there, and /livez, /readyz, /metrics, /status; it wins over FILE",
    )
    .option("--check", "only say whether FILE can be used")
    .option("-q, --quiet", "log errors only")
    .addCommand(statusCommand(context))
    .addCommand(verifyCommand(context))
    .addCommand(relayServeCommand(context))
    .addHelpText("after", HELP)
    .action(async (file: string, flags: Flags) => {
      const { run } = await import("./run.js");
      process.exitCode = await run(file, flags, context);
    });
}
