import type { Command } from "commander";
import type { HttpClient } from "hpx-transport/http";
import type { Logger, SseConfig } from "hpx-transport/sse";
import { colorsFor } from "../colors.js";
import { createCommand } from "../command.js";
import { DURATION_HELP } from "../duration.js";
import type { ExitCode } from "../exit-code.js";
import { Output, type Surroundings } from "../output.js";
import { checkedConfig } from "../request/config-error.js";
import { addRequestOptions, type RequestFlags } from "../request/options.js";
import { readRequest } from "../request/request.js";
import type { LineOptions } from "./event-line.js";
import { follow } from "./follow.js";
import { createLogger, readLogLevel } from "./log.js";
import { LoggingClient } from "./logging-client.js";
import { addStreamOptions, reconnectOption, type StreamFlags } from "./options.js";
import { PipeView } from "./pipe-view.js";
import { Progress } from "./progress.js";
import { TerminalView } from "./terminal-view.js";
import type { SseView } from "./view.js";

type Flags = RequestFlags & StreamFlags & Pick<LineOptions, "parse" | "time">;

const HELP = `
On a terminal: an event a line, and the state of things below. In a pipe: a line of JSON an event on standard output,
{"event","data","id"} and "retry" where the event had one; data is the string that was sent. The rest is on standard error.

${DURATION_HELP}

Environment:
  HPX_LOG=debug         tell on standard error what happens (also info, warn, error); secrets are left out
  NO_COLOR FORCE_COLOR  no colours; colours also in a pipe
  http_proxy https_proxy no_proxy

Exit code: 0 the stream ended, or was asked to stop (Ctrl-C, --max-events, --seconds, a closed pipe);
1 it gave up (refused, --max-attempts used up, or nothing answered within --seconds); 2 wrong usage

Examples:
  hpx sse https://example.com/events | jq -r 'select(.event == "trade") | .data | fromjson | .price'
  hpx sse -H @key.txt --json '{"stream": true, "model": "m", "messages": []}' https://example.com/v1/chat/completions
  hpx sse --last-event-id 41 --idle-timeout 45s --max-events 10 localhost:8080/feed`;

/** `hpx sse URL`. */
export function sseCommand(surroundings: Surroundings): Command {
  const command = createCommand("sse")
    .description("follow a stream of server-sent events, over any break, until it is over")
    .argument("<url>", "the stream; without a scheme it is http")
    .enablePositionalOptions();
  addRequestOptions(command);
  addStreamOptions(command)
    .optionsGroup("Output:")
    .option("--parse", 'add "json" to each line: the data as JSON, where it is JSON')
    .option("--time", 'add "time" to each line: when the event was read')
    .addHelpText("after", HELP);
  return command.action(async (url: string, flags: Flags) => {
    process.exitCode = await followUrl(url, flags, surroundings);
  });
}

async function followUrl(url: string, flags: Flags, surroundings: Surroundings): Promise<ExitCode> {
  const { interrupted, env } = surroundings;
  const request = await readRequest(url, flags, surroundings);
  const reconnect = reconnectOption(flags.maxAttempts);
  const config = checkedConfig({ ...request, idleTimeout: flags.idleTimeout, reconnect });
  const level = readLogLevel(env["HPX_LOG"]);
  // What is wrong with the usage was said before anything is shown.
  const output = new Output(surroundings);
  const progress = new Progress();
  const view = createView(output, progress, flags, surroundings);
  const { event: events, maxEvents, seconds: time } = flags;
  const logged =
    level === undefined
      ? config
      : withLog(
          config,
          request.client,
          createLogger(level, (line) => view.note(line)),
        );
  return follow({ config: logged, events, maxEvents, time }, { view, progress, output, interrupted });
}

function withLog(config: SseConfig, client: HttpClient, logger: Logger): SseConfig {
  return config.with({ logger, client: new LoggingClient(client, logger) });
}

function createView(output: Output, progress: Progress, flags: Flags, { stdout, stderr, env }: Surroundings): SseView {
  const onTerminal = stdout.isTTY === true && env["TERM"] !== "dumb";
  if (!onTerminal) return new PipeView(output, stderr, flags);
  return new TerminalView(stdout, stderr, progress, colorsFor(stdout, env));
}
