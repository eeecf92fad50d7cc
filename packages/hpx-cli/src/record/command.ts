import type { Command } from "commander";
import { colorsFor } from "../colors.js";
import { createCommand } from "../command.js";
import { DURATION_HELP } from "../duration.js";
import type { ExitCode } from "../usage.js";
import { Output, type CommandContext } from "../output.js";
import { RecordingWriter } from "../recording/writer.js";
import { addRequestOptions, HMAC_HELP, type RequestFlags } from "../request/flags.js";
import { publicUrl } from "../request/url.js";
import { follow, type SseView } from "../sse/follow.js";
import { addStreamOptions, type StreamFlags } from "../sse/flags.js";
import { PipeView } from "../sse/pipe-view.js";
import { Progress } from "../sse/progress.js";
import { readStream, withLog } from "../sse/stream.js";
import { TerminalView } from "../sse/terminal-view.js";
import { RecordingClient } from "./recording-client.js";

type Flags = RequestFlags & StreamFlags;

const HELP = `
Every byte is written as it comes, with its time, over all reconnects: a recording that was killed can be used, too.
\`hpx sse serve FILE\` plays it. The file is JSON lines; jq -r .text shows the stream. It holds no request header, no query
and no cookie, but all the data: look at it before you hand it on.

${DURATION_HELP} ${HMAC_HELP}

Exit code: 0 the stream ended, or was asked to stop; 1 it gave up, or the file could not be written; 2 wrong usage

Example:
  hpx sse record --seconds 1m https://example.com/events bug.jsonl`;

/** `hpx sse record URL FILE`. */
export function recordCommand(context: CommandContext): Command {
  const command = createCommand("record")
    .description("record a stream, its bytes and their times, in a file")
    .argument("<url>", "the stream; without a scheme it is http")
    .argument("<file>", "the recording; an existing one is replaced");
  addStreamOptions(addRequestOptions(command), { event: false }).addHelpText("after", HELP);
  return command.action(async (url: string, file: string, flags: Flags) => {
    process.exitCode = await recordUrl(url, file, flags, context);
  });
}

async function recordUrl(url: string, file: string, flags: Flags, context: CommandContext): Promise<ExitCode> {
  const stream = await readStream(url, flags, context);
  const { config, request } = stream;
  const writer = new RecordingWriter(file, { url: publicUrl(config.url), method: config.method });
  const progress = new Progress();
  const view = createView(progress, flags, context);
  const recorded = config.with({ client: new RecordingClient(request.client, writer, request.secrets) });
  const { interrupted } = context;
  const { maxEvents, seconds: time, handler } = flags;
  const options = { config: withLog(recorded, stream.level, view), handler, maxEvents, time };
  try {
    return await follow(options, { view, progress, sink: writer, interrupted });
  } finally {
    writer.close();
  }
}

/** What `hpx sse` shows, without the events, and on standard error. */
function createView(progress: Progress, flags: Flags, context: CommandContext): SseView {
  const { stderr, env } = context;
  const onTerminal = stderr.isTTY === true && env["TERM"] !== "dumb" && !flags.quiet;
  const view = onTerminal
    ? new TerminalView(stderr, stderr, progress, colorsFor(stderr, env))
    : new PipeView(new Output(context), stderr, flags);
  return {
    show: () => Promise.resolve(),
    stateChanged: (state) => view.stateChanged(state),
    note: (line) => view.note(line),
    remark: (line) => view.remark(line),
    close: (ending) => view.close(ending),
  };
}
