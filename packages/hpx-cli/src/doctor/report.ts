import type { Colors } from "../colors.js";
import { harmless } from "../json.js";
import { columnsOf, printable } from "../text.js";
import { count } from "../units.js";
import type { NamedVerdict } from "./findings/index.js";
import type { Severity } from "./verdict.js";

/** What a report is about. */
export interface Report {
  /** Without what may be secret. */
  readonly url: string;
  readonly method: string;
  readonly verdicts: readonly NamedVerdict[];
}

const MARKS: Readonly<Record<Severity | "ok", string>> = { error: "✖", warning: "▲", note: "•", ok: "✔" };
/** Lines longer than this are hard to read. */
const WIDEST = 100;
const NAME_COLUMNS = 14;

/** For a person: a mark, a name and a sentence a check, the way out below it. */
export function textReport(report: Report, columns: number, colors: Colors): string {
  const paint = { error: colors.red, warning: colors.yellow, note: colors.cyan, ok: colors.green };
  const indent = " ".repeat(NAME_COLUMNS + 4);
  const room = Math.max(20, Math.min(columns, WIDEST) - indent.length);
  const lines = report.verdicts.flatMap((verdict) => {
    const { severity, check } = verdict;
    const [first = "", ...rest] = wrap(printable(verdict.says), room);
    const head = `  ${paint[severity](MARKS[severity])} ${check.padEnd(NAME_COLUMNS)}`;
    const wayOut =
      severity === "ok" ? [] : wrap(`→ ${printable(verdict.wayOut)}`, room).map((line) => colors.dim(line));
    return [
      head + (severity === "ok" ? first : colors.bold(first)),
      ...[...rest, ...wayOut].map((line) => indent + line),
    ];
  });
  return [colors.bold(printable(report.url)), "", ...lines, "", summary(report)].join("\n");
}

/** For a pipe: one line a check, its severity first. */
export function plainReport(report: Report): string {
  const lines = report.verdicts.map((verdict) => {
    const wayOut = verdict.severity === "ok" ? "" : ` -> ${verdict.wayOut}`;
    return `${verdict.severity.padEnd(8)}${printable(`${verdict.check}: ${verdict.says}${wayOut}`)}`;
  });
  return [...lines, summary(report)].join("\n");
}

/** For a program. */
export function jsonReport(report: Report): string {
  const { url, method, verdicts } = report;
  const checks = verdicts.map(({ check, severity, says, ...rest }) => ({ check, severity, says, ...rest }));
  return harmless(JSON.stringify({ url, method, healthy: !hasErrors(report), checks }, undefined, 2));
}

/** Whether anything is wrong enough for exit code 1. */
export function hasErrors({ verdicts }: Pick<Report, "verdicts">): boolean {
  return verdicts.some(({ severity }) => severity === "error");
}

function summary({ verdicts, method }: Report): string {
  const of = (severity: Severity | "ok"): number => verdicts.filter((verdict) => verdict.severity === severity).length;
  const found = (["error", "warning", "note"] as const).filter((severity) => of(severity) > 0);
  const words = found.map((severity) => count(of(severity), severity));
  const once = method === "GET" ? "" : ` A ${method} is sent once only: nothing is said of reconnecting.`;
  return `${words.length === 0 ? "Nothing wrong" : words.join(", ")}; ${of("ok")} checks passed.${once}`;
}

/** `text` in lines of at most `columns`, cut between words. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && columnsOf(line) + 1 + columnsOf(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
