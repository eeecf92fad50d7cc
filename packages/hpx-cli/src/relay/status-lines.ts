import type { RelayStatus, SourceStatus } from "hpx-relay";
import { cell, columnsOf, cut, printable } from "../text.js";
import { count } from "../units.js";

type Column = readonly [title: string, value: (source: SourceStatus) => string];

const COLUMNS: readonly Column[] = [
  ["source", ({ name }) => name],
  ["state", ({ state }) => state],
  ["owner", ({ owner }) => owner],
  ["rate", ({ rate }) => `${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`],
  ["lag", ({ lag }) => (lag < 1 ? "-" : `${Math.round(lag)} s`)],
  ["events", ({ n }) => String(n)],
  ["last id", ({ lastId }) => cut(printable(lastId), 24)],
  ["gaps", ({ gaps }) => String(gaps)],
];

/** The status for people: the relay, then a line for each source, none longer than `columns`. */
export function statusLines(status: RelayStatus, columns: number): readonly string[] {
  const { id, ready, log, group, sources } = status;
  const members =
    group === undefined ? "" : `, with ${group.members.filter((name) => name !== id).join(", ") || "no other"}`;
  const away = log.state === "writable" ? "" : ` (${log.state}: ${log.error ?? ""})`;
  const head = `${id}: ${ready ? "ready" : "not ready"}, ${count(sources.length, "source")}, log ${log.url}${away}${members}`;
  const widths = COLUMNS.map(([title, value]) =>
    Math.max(columnsOf(title), ...sources.map((each) => columnsOf(value(each)))),
  );
  const row = (values: readonly string[]): string =>
    values
      .map((value, index) => cell(value, widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  const lines = sources.map((source) => {
    const why = source.error === undefined ? "" : `  ${printable(source.error)}`;
    return row(COLUMNS.map(([, value]) => value(source))) + why;
  });
  return [head, row(COLUMNS.map(([title]) => title)), ...lines].map((line) => cut(printable(line), columns));
}
