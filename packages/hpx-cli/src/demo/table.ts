import { cell, columnsOf, fit } from "../text.js";

/** A row as text, before it is known how much room there is. */
export interface TableRow {
  readonly name: string;
  readonly value: string;
  readonly rate: string;
  readonly latency: string;
}

const GAP = "  ";
const LONGEST_NAME = 16;
const LEAST_VALUE = 12;
const RATE_COLUMNS = 8;
const LATENCY_COLUMNS = 10;

/**
 * Rows as cells of equal width that fit in `columns`. Where there is little room the latency goes first, then the rate:
 * a line that wrapped could not be updated in place.
 */
export function layOut(rows: readonly TableRow[], columns: number): readonly TableRow[] {
  const nameColumns = Math.min(LONGEST_NAME, columns, widest(rows.map(({ name }) => name)));
  let left = columns - nameColumns - GAP.length;
  const rateColumns = left >= LEAST_VALUE + RATE_COLUMNS ? RATE_COLUMNS : 0;
  left -= rateColumns;
  const latencyColumns = left >= LEAST_VALUE + LATENCY_COLUMNS ? LATENCY_COLUMNS : 0;
  left -= latencyColumns;
  const valueColumns = Math.max(0, Math.min(left, Math.max(LEAST_VALUE, widest(rows.map(({ value }) => value)))));
  return rows.map(({ name, value, rate, latency }) => ({
    name: cell(name, nameColumns),
    value: fit(GAP, columns - nameColumns) + cell(value, valueColumns),
    rate: fit(rate, rateColumns).padStart(rateColumns),
    latency: fit(latency, latencyColumns).padStart(latencyColumns),
  }));
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => columnsOf(text)));
}
