import type { Command } from "commander";
import { createCommand } from "../command.js";
import { parseCount, parsePort, parseTimeSpan } from "../duration.js";
import type { CommandContext } from "../output.js";
import { repeatable } from "../request/flags.js";
import { parseOrigin } from "../serve/access.js";
import type { ServeFlags } from "./serve.js";

const HELP = `
The first line of standard output is the URL. /NAME is the source NAME of FILE as text/event-stream, /metrics is for Prometheus,
/livez and /readyz say whether it runs, and whether the log answers. It only reads the log: any number of them may run, beside
the relay or on another machine (NATS).

The id of an event is its position in the log. A client with Last-Event-ID, as a header or in the query (?lastEventId=...), goes on
after it, also at another process. The id "earliest" asks for all that the log has. Where the log does not have the event of an
id, it sends an event of the type hpx-gap, and then all that the log has; where the log loses its end, hpx-rewind says how many of
the last events are no more. hpx-gap, hpx-rewind and hpx-reset are also what the relay has marked in the log, as JSON.

Exit code: 0 asked to stop (Ctrl-C, SIGTERM); 1 the log cannot be opened; 2 wrong usage, or a mistake in FILE

Examples:
  hpx relay serve --port 8080 feeds.yaml
  hpx sse --resume wiki http://127.0.0.1:8080/wiki`;

/** `hpx relay serve FILE`. */
export function relayServeCommand(context: CommandContext): Command {
  return createCommand("serve")
    .description("serve the log as event streams: /NAME for each source, for any number of clients")
    .usage("[options] <file>")
    .argument("<file>", "the configuration of the relay")
    .option("-p, --port <port>", "listen on this port; 0: a free one", parsePort, 8080)
    .option("--host <address>", "listen on this address", "127.0.0.1")
    .option("--source <name>", "only this source; repeatable", (text, before?: readonly string[]) =>
      repeatable(text, before),
    )
    .option("--earliest", "a client without an id gets all that the log has (default: what comes from now on)")
    .option("--max-clients <n>", "refuse more clients than these with 503 (default: 1000)", (text) =>
      parseCount("--max-clients", text, 1),
    )
    .option("--slow-timeout <time>", "cut a client that takes longer to read 256 KiB (default: 30s)", (text) =>
      parseTimeSpan("--slow-timeout", text),
    )
    .option(
      "--allow-origin <origin>",
      "let web pages of this origin read it (CORS); *: all pages; repeatable",
      (text, before?: readonly string[]) => repeatable(parseOrigin(text), before),
    )
    .option("-q, --quiet", "log errors only")
    .addHelpText("after", HELP)
    .action(async (file: string, flags: ServeFlags) => {
      const { serveLog } = await import("./serve.js");
      process.exitCode = await serveLog(file, flags, context);
    });
}
