import { once } from "node:events";
import type { Command } from "commander";
import { createCommand } from "../command.js";
import { parseCount, parsePort } from "../duration.js";
import { EXIT, type ExitCode, shown, wrongValue } from "../usage.js";
import { Output, type CommandContext } from "../output.js";
import { type Recording, readRecording, tooLarge } from "../recording/reader.js";
import { repeatable } from "../request/flags.js";
import { errorCode, printable } from "../text.js";
import { count, formatMilliseconds } from "../units.js";
import { Access, parseHost, parseOrigin } from "./access.js";
import { parseSpeed } from "./pace.js";
import { ReplayServer } from "./replay-server.js";
import { Timeline } from "./timeline.js";

interface Flags {
  readonly port?: number;
  readonly host: string;
  readonly speed: number;
  readonly allowHost?: readonly string[];
  readonly allowOrigin?: readonly string[];
  readonly maxSize: number;
  readonly quiet?: boolean;
}

/** In MB of memory. */
const MAX_SIZE = 256;

const HELP = `
The first line of standard output is the URL; any path and any method will do. A client without Last-Event-ID gets the
recording from its beginning, with the breaks and refusals that were recorded. One that resumes goes on after the event
that it names, and at the end of the recording gets 204, which ends its stream.

Only programs on this machine are answered: the Host of a request is localhost or an address of this machine, unless
--allow-host names it, and a web page can read it only where --allow-origin names its origin.

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
    .option(
      "--allow-host <name>",
      "answer requests for this host name, too; repeatable",
      (text, before?: readonly string[]) => repeatable(parseHost(text), before),
    )
    .option(
      "--allow-origin <origin>",
      "let web pages of this origin read it (CORS); *: all pages; repeatable",
      (text, before?: readonly string[]) => repeatable(parseOrigin(text), before),
    )
    .option(
      "--max-size <MB>",
      "refuse a recording that needs more memory",
      (text) => parseCount("--max-size", text, 1),
      MAX_SIZE,
    )
    .option("--speed <factor>", "10: ten times as fast; max: without any wait", parseSpeed, 1)
    .option("-q, --quiet", "say nothing of requests on standard error")
    .addHelpText("after", HELP)
    .action(async (file: string, flags: Flags) => {
      process.exitCode = await serve(file, flags, context);
    });
}

async function serve(file: string, flags: Flags, context: CommandContext): Promise<ExitCode> {
  const { stderr, interrupted } = context;
  const maxSize = flags.maxSize * 1_000_000;
  const recording = await readRecording(file, maxSize);
  const timeline = createTimeline(file, recording, maxSize);
  const tell = (line: string): void => void (flags.quiet || stderr.write(`${printable(line)}\n`));
  const access = new Access({
    hosts: [...(flags.allowHost ?? []), flags.host.toLowerCase()],
    origins: flags.allowOrigin ?? [],
  });
  const server = await start({ ...flags, port: flags.port ?? 0, timeline, access, tell });
  tell(describe(file, recording, timeline));
  await new Output(context).line(server.url);
  if (!interrupted.aborted) await once(interrupted, "abort");
  await server.close();
  return EXIT.ended;
}

function createTimeline(file: string, recording: Recording, maxSize: number): Timeline {
  try {
    return new Timeline(recording, maxSize);
  } catch (error) {
    throw error instanceof RangeError ? tooLarge(file, maxSize) : error;
  }
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
