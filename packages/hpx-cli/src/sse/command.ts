import type { Command } from "commander";
import { colorsFor } from "../colors.js";
import { createCommand, readWords } from "../command.js";
import { doctorCommand } from "../doctor/command.js";
import { DURATION_HELP } from "../duration.js";
import { type ExitCode, UsageError } from "../usage.js";
import { Output, type CommandContext } from "../output.js";
import { recordCommand } from "../record/command.js";
import { addRequestOptions, CURL_HELP, HMAC_HELP, type RequestFlags } from "../request/flags.js";
import { serveCommand } from "../serve/command.js";
import { eventLine, type LineOptions } from "./event-line.js";
import { follow, type SseView } from "./follow.js";
import { addStreamOptions, type StreamFlags } from "./flags.js";
import { addResumeOptions, type ResumeFlags, Resumption } from "./resume.js";
import { PipeView } from "../view/pipe-view.js";
import { Progress } from "../view/progress.js";
import { readStream, withLog } from "./stream.js";
import { TerminalView } from "../view/terminal-view.js";
import { parseTextPath, type TextPath } from "./text-path.js";
import { TextView } from "./text-view.js";

interface Flags extends RequestFlags, StreamFlags, ResumeFlags, Pick<LineOptions, "parse" | "time"> {
  readonly text?: TextPath;
}

const HELP = `
On a terminal: an event a line, and the state of things below. In a pipe: a line of JSON an event on standard output,
{"event","data","id"} and "retry" where the event had one; data is the string that was sent. The rest is on standard error.
With --handler a line has "kind", too: data, system, retry or unknown. The last id that is named is that of the last event shown.
The text of a refusal is shown, with the secrets of the request hidden.

--text choices.0.delta.content (OpenAI's chat), --text delta.text (Anthropic), --text delta (OpenAI's responses): the keys and
indices to the text in the data, with dots between them; \\. is a dot in a key, and --text . is the data itself. Events without
text there are passed over. It is written without line ends between the events, and with one at the end.

--resume NAME goes on after the last event of the run before with this NAME, also where that was killed. An event counts when the
pipe, the file or the terminal took its line (with --event, also one that is passed over); lines after the last save come again,
none is left out: --save-every 1 saves after each write. Give each stream, and each reader of it, a name of its own: a second
command with the same name goes on, and ends the first one. --last-event-id counts only where the name is new. The positions are
in $XDG_STATE_HOME/hpx/cursors (~/.local/state/hpx/cursors; on Windows %LOCALAPPDATA%\\hpx\\cursors), or in --cursors FOLDER.

${CURL_HELP}

${DURATION_HELP} ${HMAC_HELP}

Environment:
  HPX_LOG=debug                      a log on standard error (also info, warn, error), without secrets
  NO_COLOR                           no colours
  HPX_KEY HPX_SECRET HPX_PASSPHRASE  what --hmac signs with
  http_proxy https_proxy no_proxy    the proxy to go through

Exit code: 0 the stream ended, or was asked to stop (Ctrl-C, --max-events, --seconds, a closed pipe);
1 it gave up (refused, --max-attempts used up, or nothing answered within --seconds or, without --wait, within 30 s;
  with --resume: the position cannot be read or saved, or another command took the name over);
2 wrong usage (also: the name of --resume is that of another stream, or its folder cannot be written)

Examples:
  hpx sse https://example.com/events | jq -r 'select(.event == "trade") | .data | fromjson | .price'
  hpx sse --text choices.0.delta.content --handler openai -H @key.txt --json @chat.json https://example.com/v1/chat/completions
  hpx sse --resume trades --save-every 1 https://example.com/trades >> trades.jsonl
  hpx sse --last-event-id 41 --idle-timeout 45s --max-events 10 localhost:8080/feed`;

/** `hpx sse URL`. */
export function sseCommand(context: CommandContext): Command {
  const command = createCommand("sse")
    .description("follow a stream of server-sent events, over any break, until it is over")
    .summary("follow, record, serve or examine a stream of server-sent events")
    .usage("[options] <url>")
    .argument("[url]", "the stream; without a scheme it is http")
    .allowExcessArguments()
    .enablePositionalOptions()
    .addCommand(recordCommand(context))
    .addCommand(serveCommand(context))
    .addCommand(doctorCommand(context))
    .hook("preSubcommand", (_, subcommand) => refuseOptionsBefore(command, subcommand));
  addRequestOptions(command);
  addStreamOptions(command);
  addResumeOptions(command)
    .optionsGroup("Output:")
    .option("--parse", 'add "json" to each line: the data as JSON, where it is JSON')
    .option("--time", 'add "time" to each line: when the event was read')
    .option("--text <path>", "print only the text at this path of the data, as it comes; see below", parseTextPath)
    .addHelpText("after", HELP);
  return command.action(async (_: unknown, flags: Flags) => {
    const [url = ""] = readWords(command, ["url"]);
    process.exitCode = await followUrl(url, flags, context);
  });
}

async function followUrl(url: string, flags: Flags, context: CommandContext): Promise<ExitCode> {
  const { config, level, request } = await readStream(url, flags, context);
  checkOutput(flags);
  const resumption = Resumption.from(flags, context.env);
  const output = new Output(context);
  const progress = new Progress();
  const view = createView(output, progress, flags, context);
  const { event: events, maxEvents, seconds: time, handler } = flags;
  const resumed = resumption === undefined ? config : config.with({ cursor: resumption.cursor });
  const options = { config: withLog(resumed, level, view), handler, events, maxEvents, time, resumption };
  const { secrets } = request;
  return follow(options, { view, progress, sink: output, secrets, interrupted: context.interrupted });
}

function checkOutput({ text, parse, time }: Flags): void {
  const other = parse ? "--parse" : time ? "--time" : undefined;
  if (text === undefined || other === undefined) return;
  throw new UsageError(
    `--text and ${other}: the text is not in lines of JSON, to which ${other} adds; leave one of them out`,
  );
}

function createView(
  output: Output,
  progress: Progress,
  flags: Flags,
  { stdout, stderr, env }: CommandContext,
): SseView {
  if (flags.text !== undefined) return new TextView(output, stderr, flags.text, flags.quiet);
  const lineOptions = { ...flags, kind: flags.handler !== undefined };
  const onTerminal = stdout.isTTY === true && env["TERM"] !== "dumb";
  if (!onTerminal)
    return new PipeView(output, stderr, { quiet: flags.quiet, line: (event) => eventLine(event, lineOptions) });
  return new TerminalView(stdout, stderr, { progress, colors: colorsFor(stdout, env), rowOf: (event) => event });
}

/** Options before the name of a subcommand would be read, and lost. */
function refuseOptionsBefore(command: Command, subcommand: Command): void {
  const given = command.options.find((option) => command.getOptionValueSource(option.attributeName()) === "cli");
  if (given === undefined) return;
  const name = subcommand.name();
  throw new UsageError(`${given.short ?? given.long}: it stands before "${name}"; options of ${name} follow its name`);
}
