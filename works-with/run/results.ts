import { readFileSync, writeFileSync } from "node:fs";
import { HOME } from "./paths.js";
import type { Counts } from "./trial.js";

/** A row of the table, as it is kept in `RESULTS.json`. */
export interface Result extends Counts {
  readonly name: string;
  readonly version: string;
  /** The programs that were killed, in order. */
  readonly killed: readonly string[];
  readonly notes: string;
}

export interface Results {
  readonly servers: readonly Result[];
  readonly proxies: readonly Result[];
}

const FILE = `${HOME}RESULTS.json`;

export function writeResults(results: Results): void {
  writeFileSync(FILE, `${JSON.stringify(results, undefined, 2)}\n`);
}

export function readResults(): Results {
  return JSON.parse(readFileSync(FILE, "utf8")) as Results;
}
