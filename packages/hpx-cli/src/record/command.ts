import type { Command } from "commander";
import { colorsFor } from "../colors.js";
import { createCommand, readWords } from "../command.js";
import { DURATION_HELP } from "../duration.js";
import type { ExitCode } from "../usage.js";
import { Output, type CommandContext } from "../output.js";
import { RecordingWriter } from "../recording/writer.js";
import { addRequestOptions, CURL_HELP, HMAC_HELP, type RequestFlags } from "../request/flags.js";
import { publicUrl } from "../request/url.js";
import { follow, type SseView } from "../sse/follow.js";
import { addStreamOptions, type StreamFlags } from "../sse/flags.js";
import { PipeView } from "../view/pipe-view.js";
import { Progress } from "../view/progress.js";
import { readStream, withLog } from "../sse/stream.js";
import { TerminalView } from "../view/terminal-view.js";
import { RecordingClient } from "./recording-client.js";

interface Flags extends RequestFlags, StreamFlags {
  readonly force?: boolean;
}

const HELP = `
Every byte is written as it comes, with its time, over all reconnects: a recording that was killed can be used, too.
\`hpx sse serve FILE\` plays it. The file is JSON lines; jq -r .text shows the stream.

It holds no header of the request, of the responses only headers such as Content-Type and Server, and no query and no cookie.
It holds all the data: look at it before you hand it on. Only you may read the file. It is made when a response comes, and
an existing one is replaced with --force only.

${CURL_HELP}

${DURATION_HELP} ${HMAC_HELP}

Exit code: 0 the stream ended, or was asked to stop; 1 it gave up, or the file could not be written; 2 wrong usage

Example:
  hpx sse record --seconds 1m https://example.com/events bug.jsonl`;

/** `hpx sse record URL FILE`. */
export function recordCommand(context: CommandContext): Command {
  const command = createCommand("record")
    .description("record a stream, its bytes and their times, in a file")
    .usage("[options] <url> <file>")
    .argument("[url]", "the stream; without a scheme it is http")
    .argument("[file]", "the recording, a new file")
    .allowExcessArguments();
  addStreamOptions(addRequestOptions(command), { event: false })
    .optionsGroup("Output:")
    .option("--force", "replace an existing file")
    .addHelpText("after", HELP);
  return command.action(async (_url: unknown, _file: unknown, flags: Flags) => {
    const [url = "", file = ""] = readWords(command, ["url", "file"]);
    process.exitCode = await recordUrl(url, file, flags, context);
  });
}

async function recordUrl(url: string, file: string, flags: Flags, context: CommandContext): Promise<ExitCode> {
  const stream = await readStream(url, flags, context);
  const { config, request } = stream;
  const writer = new RecordingWriter(file, { url: publicUrl(config.url), method: config.method }, flags.force ?? false);
  const progress = new Progress();
  const view = createView(progress, flags, context);
  const recorded = config.with({ client: new RecordingClient(request.client, writer, request.secrets) });
  const { interrupted } = context;
  const { maxEvents, seconds: time, handler } = flags;
  const options = { config: withLog(recorded, stream.level, view), handler, maxEvents, time };
  try {
    return await follow(options, { view, progress, sink: writer, secrets: request.secrets, interrupted });
  } finally {
    if (!writer.hasFile && !writer.failed.aborted) view.note("nothing was recorded, because no response came");
    writer.close();
  }
}

/** What `hpx sse` shows, without the events, and on standard error. */
function createView(progress: Progress, flags: Flags, context: CommandContext): SseView {
  const { stderr, env } = context;
  const onTerminal = stderr.isTTY === true && env["TERM"] !== "dumb" && !flags.quiet;
  const view = onTerminal
    ? new TerminalView<never>(stderr, stderr, { progress, colors: colorsFor(stderr, env), rowOf: (row) => row })
    : new PipeView<never>(new Output(context), stderr, { line: String, quiet: flags.quiet });
  return {
    show: () => Promise.resolve(),
    stateChanged: (state) => view.stateChanged(state),
    note: (line) => view.note(line),
    remark: (line) => view.remark(line),
    close: (ending) => view.close(ending),
  };
}
