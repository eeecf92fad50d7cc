import type { Command } from "commander";
import { colorsFor } from "../colors.js";
import { createCommand, readWords } from "../command.js";
import { DURATION_HELP, parseTimeSpan } from "../duration.js";
import { EXIT, type ExitCode } from "../usage.js";
import { Output, type CommandContext, type TextStream, widthOf } from "../output.js";
import { PrivateFile } from "../private-file.js";
import { checkedConfig } from "../request/config-error.js";
import { addRequestOptions, CURL_HELP, HMAC_HELP, type RequestFlags } from "../request/flags.js";
import { readRequest, type RequestOptions } from "../request/request.js";
import { SameOption } from "../request/same-option.js";
import { publicUrl } from "../request/url.js";
import { createLogger, type LogLevel, readLogLevel } from "../view/log.js";
import { LoggingClient } from "../sse/logging-client.js";
import { errorLine } from "../text.js";
import type { Evidence } from "./evidence.js";
import { examine } from "./examine.js";
import { judge } from "./findings/index.js";
import { htmlReport } from "./html/page.js";
import { hasErrors, jsonReport, plainReport, type Report, textReport } from "./report.js";
import { WatchLine } from "./watch-line.js";

interface Flags extends Omit<RequestFlags, "json"> {
  readonly seconds?: number;
  readonly origin?: string;
  readonly json?: boolean;
  readonly html?: string;
  readonly quiet?: boolean;
  readonly force?: boolean;
}

const DEFAULT_TIME = 15_000;

const HELP = `
It watches the stream, connects once more with the id of an earlier event, and reports its findings: status,
redirects, content type, caching, buffering, compression, heartbeats, format, ids, retry, resuming. A request with a body
is sent only once. Ctrl-C ends the watch, and the report is about the events so far.

${DURATION_HELP} ${HMAC_HELP}

NO_COLOR removes colours, FORCE_COLOR adds them in a pipe; HPX_LOG=debug logs each request to standard error.

The HTML file is one page without scripts, which loads nothing. It has no data of events and no secret of the request, only you
may read it, and an existing file is replaced with --force only.

${CURL_HELP}

Exit code: 0 no error was found (there may be warnings); 1 an error was found; 2 wrong usage

Examples:
  hpx sse doctor https://example.com/events
  hpx sse doctor --seconds 1m --json localhost:8080/feed | jq '.checks[] | select(.severity == "error")'`;

/** `hpx sse doctor URL`. */
export function doctorCommand(context: CommandContext): Command {
  const command = createCommand("doctor")
    .description("find the problems of an endpoint, each with a fix")
    .usage("[options] <url>")
    .argument("[url]", "the stream; without a scheme it is http")
    .allowExcessArguments();
  return addRequestOptions(command, { json: false })
    .optionsGroup("Examination:")
    .option("--seconds <time>", `how long it may take (default: ${DEFAULT_TIME / 1000})`, (text) =>
      parseTimeSpan("--seconds", text),
    )
    .option("--origin <origin>", "ask as a page of this origin would, and look at CORS")
    .optionsGroup("Report:")
    .option("--json", "print the report as JSON")
    .option("--html <file>", "write the report to a new HTML file, too, with a timeline; to attach to a bug report")
    .option("--force", "replace an existing HTML file")
    .addOption(new SameOption("-s, --silent", "show nothing while it watches", "quiet"))
    .addHelpText("after", HELP)
    .action(async (_: unknown, flags: Flags) => {
      const [url = ""] = readWords(command, ["url"]);
      process.exitCode = await diagnose(url, flags, context);
    });
}

async function diagnose(url: string, flags: Flags, context: CommandContext): Promise<ExitCode> {
  const { stderr, interrupted, env } = context;
  const { json = false, seconds: time = DEFAULT_TIME, origin, html, force = false, quiet, ...requestFlags } = flags;
  const file = html === undefined ? undefined : new PrivateFile("--html", html, force);
  const request = checked(await readRequest(url, requestFlags, context));
  const level = readLogLevel(flags.verbose ? "debug" : env["HPX_LOG"]);
  const output = new Output(context);
  const waiting = new WatchLine(stderr, time, { env, quiet });
  const at = new Date();
  const stop = AbortSignal.any([interrupted, output.failed]);
  const onProgress = (events: number): void => waiting.show(events);
  const options = { request: logged(request, level, waiting), time, origin, stop, onProgress };
  const evidence = await examine(options).finally(() => waiting.close());
  if (output.failed.aborted) return output.readerIsGone ? EXIT.ended : EXIT.gaveUp;
  if (stop.aborted && evidence.first.head === undefined) return EXIT.ended;
  const report = reportOf(request, evidence);
  // Before the other one: its reader may be gone by then.
  const written =
    file === undefined || writeHtml(file, htmlReport(report, { evidence, at, secrets: request.secrets }), stderr);
  await output.line(json ? jsonReport(report) : inWords(report, context));
  return hasErrors(report) || !written ? EXIT.gaveUp : EXIT.ended;
}

/** The findings. Sentences quote what the server sends, which may repeat a secret. */
function reportOf({ url, secrets }: RequestOptions, evidence: Evidence): Report {
  const results = judge(evidence).map((result) => ({ ...result, says: secrets.hide(result.says) }));
  return { url: publicUrl(url), method: evidence.method, results };
}

function writeHtml(file: PrivateFile, text: string, stderr: TextStream): boolean {
  try {
    file.write(text);
    return true;
  } catch (error) {
    stderr.write(`--html: the file could not be written: ${errorLine(error)}\n`);
    return false;
  }
}

/** The request, which the transport would take, too; throws `UsageError`. */
function checked(request: RequestOptions): RequestOptions {
  const { url, method, headers, body, lastEventId, client, auth } = request;
  checkedConfig({ url, method, headers, body, lastEventId, client, auth });
  return request;
}

/** The request, with a client that logs. */
function logged(request: RequestOptions, level: LogLevel | undefined, waiting: WatchLine): RequestOptions {
  if (level === undefined) return request;
  const logger = createLogger(level, (line) => waiting.note(line));
  return { ...request, client: new LoggingClient(request.client, logger) };
}

function inWords(report: Report, { stdout, env }: CommandContext): string {
  const colors = colorsFor(stdout, env);
  // FORCE_COLOR asks for the report for people, also in a pipe.
  if (stdout.isTTY !== true && !colors.isColorSupported) return plainReport(report);
  return textReport(report, widthOf(stdout), colors);
}
