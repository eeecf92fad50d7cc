import type { LogUnderTest } from "../logs/log-under-test.js";
import type { Source } from "../sources/source.js";
import { Findings } from "./findings.js";
import { SourceAudit } from "./source-audit.js";
import type { Takeovers } from "./takeovers.js";

/** Reads the whole log, and compares it with what the sources sent. */
export async function audit(
  log: LogUnderTest,
  sources: readonly Source[],
  rollBacks: number,
  takeovers: Takeovers,
): Promise<Findings> {
  const findings = new Findings();
  const audits = new Map(sources.map((source) => [source.name, new SourceAudit(source, findings, rollBacks)]));
  let position = 0;
  for await (const row of log.rows()) {
    if (row.pos <= position) findings.fault("corrupted", 1, row.source, `position ${row.pos} after ${position}`);
    position = row.pos;
    const one = audits.get(row.source);
    if (one === undefined) findings.fault("corrupted", 1, row.source, "there is no such source");
    one?.take(row);
    takeovers.take(row);
  }
  for (const one of audits.values()) one.end();
  return findings;
}
