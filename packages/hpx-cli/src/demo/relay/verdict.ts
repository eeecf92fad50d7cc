import { EXIT, type ExitCode } from "../../usage.js";
import type { Verified } from "./relay-process.js";

/** What is known at the end. */
export interface RelayFigures {
  /** The trades that the exchanges issued. */
  readonly issued: number;
  /** The last ids that are in the log, added up. */
  readonly written: number;
  /** The trades that came into the log after the kill. */
  readonly afterKill: number;
  readonly verified: Verified;
}

/** The log has what was issued, `verify` found no fault, and another relay did go on. */
export function outcomeOf({ issued, written, afterKill, verified }: RelayFigures): {
  readonly failures: readonly string[];
  readonly exitCode: ExitCode;
} {
  const events = Number(/^([\d,]+) events?, /.exec(verified.line)?.[1]?.replaceAll(",", "") ?? 0);
  const failures = [
    ...verified.faults,
    !verified.isGood && "hpx relay verify found a fault",
    written < issued && `not in the log: ${issued - written} of ${issued} trades`,
    events !== issued && `the exchanges issued ${issued} trades, and the log has ${events}`,
    afterKill === 0 && "nothing came into the log after the kill",
  ].filter((failure) => failure !== false);
  return { failures, exitCode: failures.length === 0 ? EXIT.ended : EXIT.gaveUp };
}
