import type { LogRecord, RelayLog } from "../log/log.js";
import { type Fault, SourceAudit } from "./source-audit.js";

/** What to read. */
export interface VerifyOptions {
  /** Only this source. @defaultValue all of them */
  readonly source?: string | undefined;
  /** Only what follows the event with this id; needs `source`. @defaultValue all that the log has */
  readonly since?: string | undefined;
  /** The sources whose ids are whole numbers, each one more than the one before. @defaultValue none */
  readonly numeric?: ReadonlySet<string> | undefined;
  /** Stops the reading. @defaultValue none */
  readonly signal?: AbortSignal | undefined;
}

/** What an auditor found in a log. */
export interface VerifyReport {
  /** Events, without markers. */
  readonly events: number;
  /** Sources that have a message. */
  readonly sources: number;
  /** Events that are missing, and no marker says so. */
  readonly lost: number;
  /** Events that are there twice. */
  readonly doubled: number;
  /** Events whose data or marks are not what they were. */
  readonly damaged: number;
  /** Markers that say that events are missing. */
  readonly gaps: number;
  /** Markers that say that the log lost its end. */
  readonly rewinds: number;
  /** Markers that say that a source began its ids anew. */
  readonly resets: number;
  /** The first 20 faults: source, position, what is wrong. */
  readonly faults: readonly string[];
}

const FAULTS_SHOWN = 20;

/** Ids that are remembered for each source; fewer where there are many sources, so that memory is bounded. */
const WINDOW = { few: 10_000, many: 2000, manySources: 200 };

/**
 * Reads a log from its beginning, or what of it is still there, and checks it by itself: it asks no relay. A log that keeps
 * growing is read up to the end that it had at the call.
 */
export async function verify(log: RelayLog, options: VerifyOptions = {}): Promise<VerifyReport> {
  const { source, since, numeric = new Set(), signal = new AbortController().signal } = options;
  const audits = new Map<string, SourceAudit>();
  const counts = { events: 0, lost: 0, doubled: 0, damaged: 0, gaps: 0, rewinds: 0, resets: 0 };
  const faults: string[] = [];
  let isCounted = since === undefined;

  function add(record: LogRecord): void {
    if (record.kind === undefined) counts.events += 1;
    else if (record.kind !== "cursor") counts[`${record.kind}s`] += 1;
    for (const fault of auditOf(record.source).check(record)) note(record, fault);
  }

  function auditOf(name: string): SourceAudit {
    const known = audits.get(name);
    if (known !== undefined) return known;
    const window = audits.size > WINDOW.manySources ? WINDOW.many : WINDOW.few;
    const audit = new SourceAudit(numeric.has(name), window);
    audits.set(name, audit);
    return audit;
  }

  function note({ source: name, pos }: LogRecord, { kind, count, what }: Fault): void {
    counts[kind] += count;
    if (faults.length < FAULTS_SHOWN) faults.push(`${name}, position ${pos}: ${kind} ${count}: ${what}`);
  }

  for await (const records of log.read({ source }, signal)) {
    for (const record of records) {
      if (isCounted) add(record);
      else isCounted = record.id === since;
    }
  }
  return { ...counts, sources: audits.size, faults };
}
