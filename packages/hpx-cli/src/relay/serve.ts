import { once } from "node:events";
import { LogServer, openLog } from "hpx-relay";
import { TransportError } from "hpx-transport";
import { type CommandContext, Output } from "../output.js";
import { errorLine } from "../text.js";
import { count } from "../units.js";
import { EXIT, type ExitCode, shown, UsageError, wrongValue } from "../usage.js";
import { createLogger, readLogLevel } from "../view/log.js";
import { readConfigWithoutSecrets } from "./config.js";

/** How to serve. */
export interface ServeFlags {
  readonly port: number;
  readonly host: string;
  readonly source?: readonly string[];
  readonly earliest?: boolean;
  readonly maxClients?: number;
  /** In milliseconds. */
  readonly slowTimeout?: number;
  readonly allowOrigin?: readonly string[];
  readonly quiet?: boolean;
}

/** Serves the log of a configuration until it is asked to stop. */
export async function serveLog(file: string, flags: ServeFlags, context: CommandContext): Promise<ExitCode> {
  const { env, stderr, interrupted } = context;
  const { settings } = await readConfigWithoutSecrets(file, context);
  const sources = flags.source ?? [...settings.sources.keys()];
  const unknown = sources.find((name) => !settings.sources.has(name));
  if (unknown !== undefined) {
    throw wrongValue("--source", shown(unknown), `${file} has ${[...settings.sources.keys()].join(", ")}`);
  }
  const write = (line: string): void => void stderr.write(`${line}\n`);
  const level = readLogLevel(env["HPX_LOG"] ?? (flags.quiet === true ? "error" : "warn"));
  const { host, port, maxClients, slowTimeout, allowOrigin } = flags;
  try {
    const log = await openLog(settings.log, { readOnly: true });
    try {
      const server = await LogServer.start({
        log,
        sources,
        host,
        port,
        start: flags.earliest === true ? "earliest" : "now",
        maxClients,
        slowTimeout,
        allowOrigins: allowOrigin,
        logger: level === undefined ? undefined : createLogger(level, write),
      });
      if (flags.quiet !== true) write(`serving ${count(sources.length, "source")} of ${log.url}`);
      await new Output(context).line(server.url);
      if (!interrupted.aborted) await once(interrupted, "abort");
      await server.close();
    } finally {
      await log.close();
    }
    return EXIT.ended;
  } catch (error) {
    // What is wrong with a port or a name is wrong usage; a log that cannot be opened is not.
    if (TransportError.is(error, "CONFIG") && error.details.field !== "log") throw new UsageError(error.message);
    write(`error: ${errorLine(error)}`);
    return EXIT.gaveUp;
  }
}
