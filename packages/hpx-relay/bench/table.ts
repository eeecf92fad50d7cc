import type { Speed } from "./speed.js";

/** A row of the table. What is left out was not measured. */
export interface Row {
  readonly name: string;
  readonly value: string;
  /** What the relay is asked to do at least. */
  readonly target: string;
  /** CPU of the relay's process for an event. */
  readonly cpu?: string;
  /** The bare client of the log, in the same rounds. */
  readonly bare?: string;
  /** How many times longer the relay takes, and how many times the CPU. */
  readonly ratio?: string;
  readonly cpuRatio?: string;
  readonly note?: string;
}

/** Rows as Markdown. */
export function table(rows: readonly Row[]): string {
  const head = [
    "| row | target | relay | CPU an event | bare client of the log | times longer | times the CPU | beside |",
    "|---|---:|---:|---:|---|---:|---:|---|",
  ];
  const lines = rows.map((row) => {
    const { name, target, value, cpu = "-", bare = "-", ratio = "-", cpuRatio = "-", note = "-" } = row;
    return `| ${[name, target, value, cpu, bare, ratio, cpuRatio, note].join(" | ")} |`;
  });
  return [...head, ...lines].join("\n");
}

/** The median of some figures. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

/** The value below which `share` of the values are. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** The median of rates, such as `123,400/s`. */
export function per(speeds: readonly Speed[]): string {
  const rate = median(speeds.map(({ perSecond }) => perSecond));
  return `${(Math.round(rate / 100) * 100).toLocaleString("en-US")}/s`;
}

/** The median of ratios. */
export function times(ratios: readonly number[]): string {
  return median(ratios).toFixed(2);
}
