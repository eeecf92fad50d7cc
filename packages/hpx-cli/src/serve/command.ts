import { once } from "node:events";
import type { Command } from "commander";
import { createCommand } from "../command.js";
import { parseCount } from "../duration.js";
import { EXIT, type ExitCode, shown, wrongValue } from "../usage.js";
import { Output, type CommandContext } from "../output.js";
import { type Recording, readRecording } from "../recording/reader.js";
import { errorCode, printable } from "../text.js";
import { count, formatMilliseconds } from "../units.js";
import { parseSpeed } from "./pace.js";
import { ReplayServer } from "./replay-server.js";
import { Timeline } from "./timeline.js";

interface Flags {
  readonly port?: number;
  readonly host: string;
  readonly speed: number;
  readonly quiet?: boolean;
}

const HELP = `
The first line of standard output is the URL; any path and any method will do. A client without Last-Event-ID gets the
recording from its beginning, with the breaks and refusals that were recorded. One that resumes goes on after the event
that it names, and at the end of the recording gets 204, which ends its stream.

Exit code: 0 asked to stop (Ctrl-C); 2 wrong usage, or a file that is no recording

Example:
  hpx sse serve --speed 10 bug.jsonl`;

/** `hpx sse serve FILE`. */
export function serveCommand(context: CommandContext): Command {
  return createCommand("serve")
    .description("play a recording as a server: as fast as it was recorded, or faster")
    .argument("<file>", "a file that hpx sse record has written")
    .option("-p, --port <port>", "listen on this port (default: a free one)", parsePort)
    .option("--host <address>", "listen on this address", "127.0.0.1")
    .option("--speed <factor>", "10: ten times as fast; max: without any wait", parseSpeed, 1)
    .option("-q, --quiet", "say nothing of requests on standard error")
    .addHelpText("after", HELP)
    .action(async (file: string, flags: Flags) => {
      process.exitCode = await serve(file, flags, context);
    });
}

async function serve(file: string, flags: Flags, context: CommandContext): Promise<ExitCode> {
  const { stderr, interrupted } = context;
  const recording = await readRecording(file);
  const timeline = new Timeline(recording);
  const tell = (line: string): void => void (flags.quiet || stderr.write(`${printable(line)}\n`));
  const server = await start({ ...flags, port: flags.port ?? 0, timeline, tell });
  tell(describe(file, recording, timeline));
  await new Output(context).line(server.url);
  if (!interrupted.aborted) await once(interrupted, "abort");
  await server.close();
  return EXIT.ended;
}

async function start(options: Parameters<typeof ReplayServer.start>[0]): Promise<ReplayServer> {
  try {
    return await ReplayServer.start(options);
  } catch (error) {
    const where = `${options.host}:${options.port}`;
    throw wrongValue("--port", `${shown(where)} (${errorCode(error)})`, "it takes a port that is free");
  }
}

function describe(file: string, { header, attempts, cutOff }: Recording, timeline: Timeline): string {
  const last = attempts.at(-1);
  const end = last?.end?.t ?? last?.chunks.at(-1)?.t ?? 0;
  const what = `${count(timeline.events, "event")} in ${count(timeline.connections, "connection")}`;
  const incomplete = cutOff ? "; its last line is incomplete and left out" : "";
  return `${file}: ${what}, ${formatMilliseconds(end)}, from ${header.url} on ${header.started}${incomplete}`;
}

function parsePort(text: string): number {
  const port = parseCount("--port", text, 0);
  if (port <= 65_535) return port;
  throw wrongValue("--port", shown(text), "it takes a port up to 65535");
}
