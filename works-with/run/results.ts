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
