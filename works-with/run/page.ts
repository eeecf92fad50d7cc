import type { Counts } from "./trial.js";

/** A row of the table, as it is kept in `RESULTS.json`. */
export interface Result extends Counts {
  readonly name: string;
  readonly version: string;
  /** How often each program was killed. */
  readonly killed: Readonly<Record<string, number>>;
  readonly notes: string;
}

export interface Results {
  readonly servers: readonly Result[];
  readonly proxies: readonly Result[];
}

const HEADINGS = ["program", "version", "killed", "events", "lost", "doubled", "reconnects", "notes"];

/** The page with these results in the tables between its markers. */
export function withTables(page: string, results: Results): string {
  return withTable(withTable(page, "servers", results.servers), "proxies", results.proxies);
}

function withTable(page: string, name: keyof Results, rows: readonly Result[]): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the page has no markers for ${name}`);
  return `${page.slice(0, from + begin.length)}\n${table(rows)}\n${page.slice(to)}`;
}

function table(rows: readonly Result[]): string {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_heading, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |\n`;
  return [lines[0], rule, ...lines.slice(1)].join("");
}

function cellsOf({ name, version, killed, received, sent, lost, doubled, reconnects, notes }: Result): string[] {
  const figures = [`${received} of ${sent}`, String(lost), String(doubled), String(reconnects)];
  return [name, version, killedText(killed), ...figures, notes];
}

function killedText(killed: Result["killed"]): string {
  return Object.entries(killed)
    .map(([name, times]) => `${name} ${times === 1 ? "once" : `${times} times`}`)
    .join(", ");
}
