import type { Colors } from "../colors.js";
import { escapeControlChars, printable, wrap } from "../text.js";
import { count } from "../units.js";
import type { NamedResult } from "./findings/index.js";
import type { Severity } from "./findings/check.js";

/** What a report is about. */
export interface Report {
  /** Without what may be secret. */
  readonly url: string;
  readonly method: string;
  readonly results: readonly NamedResult[];
}

/** A character for each severity. */
export const MARKS: Readonly<Record<Severity | "ok", string>> = { error: "✖", warning: "▲", note: "•", ok: "✔" };
/** Lines longer than this are hard to read. */
const WIDEST = 100;
const NAME_COLUMNS = 14;

/** For a person: a mark, a name and a sentence a check, the way out below it. */
export function textReport(report: Report, columns: number, colors: Colors): string {
  const paint = { error: colors.red, warning: colors.yellow, note: colors.cyan, ok: colors.green };
  const indent = " ".repeat(NAME_COLUMNS + 4);
  const room = Math.max(20, Math.min(columns, WIDEST) - indent.length);
  const lines = report.results.flatMap((result) => {
    const { severity, check } = result;
    const [first = "", ...rest] = wrap(printable(result.says), room);
    const head = `  ${paint[severity](MARKS[severity])} ${check.padEnd(NAME_COLUMNS)}`;
    const fix = severity === "ok" ? [] : wrap(`→ ${printable(result.fix)}`, room).map((line) => colors.dim(line));
    return [head + (severity === "ok" ? first : colors.bold(first)), ...[...rest, ...fix].map((line) => indent + line)];
  });
  return [colors.bold(printable(report.url)), "", ...lines, "", summary(report)].join("\n");
}

/** For a pipe: one line a check, its severity first. */
export function plainReport(report: Report): string {
  const lines = report.results.map((result) => {
    const fix = result.severity === "ok" ? "" : ` -> ${result.fix}`;
    return `${result.severity.padEnd(8)}${printable(`${result.check}: ${result.says}${fix}`)}`;
  });
  return [...lines, summary(report)].join("\n");
}

/** For a program. */
export function jsonReport(report: Report): string {
  const { url, method, results } = report;
  const checks = results.map(({ check, severity, says, ...rest }) => ({ check, severity, says, ...rest }));
  return escapeControlChars(JSON.stringify({ url, method, healthy: !hasErrors(report), checks }, undefined, 2));
}

/** Whether anything is wrong enough for exit code 1. */
export function hasErrors({ results }: Pick<Report, "results">): boolean {
  return results.some(({ severity }) => severity === "error");
}

/** What was found, in one line. */
export function summary({ results, method }: Report): string {
  const of = (severity: Severity | "ok"): number => results.filter((result) => result.severity === severity).length;
  const found = (["error", "warning", "note"] as const).filter((severity) => of(severity) > 0);
  const words = found.map((severity) => count(of(severity), severity));
  const once = method === "GET" ? "" : ` A ${method} is sent once only: nothing is said of reconnecting.`;
  return `${words.length === 0 ? "Nothing wrong" : words.join(", ")}; ${of("ok")} checks passed.${once}`;
}
