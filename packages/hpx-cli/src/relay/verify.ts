import { openLog, verify, type VerifyReport } from "hpx-relay";
import { type CommandContext, Output } from "../output.js";
import { errorLine } from "../text.js";
import { count } from "../units.js";
import { EXIT, type ExitCode, shown, UsageError, wrongValue } from "../usage.js";
import { readConfigWithoutSecrets } from "./config.js";

/** Which part of the log to read. */
export interface VerifyFlags {
  readonly source?: string;
  readonly since?: string;
}

/** Reads the log of a configuration, prints what was found on one line, and each fault on a line before it. */
export async function verifyLog(file: string, flags: VerifyFlags, context: CommandContext): Promise<ExitCode> {
  const { source, since } = flags;
  if (since !== undefined && source === undefined) {
    throw new UsageError("--since: an id alone cannot be used; name its source with --source");
  }
  const { settings } = await readConfigWithoutSecrets(file, context);
  if (source !== undefined && !settings.sources.has(source)) {
    throw wrongValue("--source", shown(source), `${file} has ${[...settings.sources.keys()].join(", ")}`);
  }
  const numeric = new Set([...settings.sources.values()].filter((each) => each.numeric).map(({ name }) => name));
  const output = new Output(context);
  try {
    const log = await openLog(settings.log, { readOnly: true });
    try {
      const report = await verify(log, { source, since, numeric, signal: context.interrupted });
      for (const fault of report.faults) context.stderr.write(`${fault}\n`);
      await output.line(summary(report) + (context.interrupted.aborted ? " (interrupted: not all was read)" : ""));
      return report.lost + report.doubled + report.damaged === 0 ? EXIT.ended : EXIT.gaveUp;
    } finally {
      await log.close();
    }
  } catch (error) {
    context.stderr.write(`error: ${errorLine(error)}\n`);
    return EXIT.gaveUp;
  }
}

function summary({ events, sources, lost, doubled, damaged, gaps, rewinds, resets }: VerifyReport): string {
  const also = [
    damaged > 0 && `damaged ${number(damaged)}`,
    `${gaps === 0 ? "no gap" : count(gaps, "gap")} marked`,
    rewinds > 0 && count(rewinds, "rewind"),
    resets > 0 && count(resets, "reset"),
  ].filter((part) => part !== false);
  const read = `${number(events)} ${events === 1 ? "event" : "events"}, ${count(sources, "source")}`;
  return `${read}: lost ${number(lost)}, doubled ${number(doubled)}, ${also.join(", ")}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
