import type { EventLedgerCounts } from "hpx-transport/testing";
import { EXIT, type ExitCode } from "../usage.js";
import { formatLatency } from "./timing.js";

/** The figures of a run. */
export interface Figures {
  readonly counts: EventLedgerCounts;
  /** The run was interrupted, so the events on their way are not lost. */
  readonly interrupted: boolean;
  readonly reconnects: number;
  /** In milliseconds; undefined if no event came. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}

/** The end of a run. */
export interface Outcome {
  /** The verdict: the last line on standard output. */
  readonly line: string;
  /** The reasons of a failure, for standard error. */
  readonly failures: readonly string[];
  readonly exitCode: ExitCode;
}

/** A run with less proves nothing. */
const LEAST_EVENTS = 100;
const LEAST_RECONNECTS = 3;

/** Passes a run in which no event was lost or doubled, if there were enough events and reconnects. */
export function outcomeOf({ counts, interrupted, reconnects, p50, p99 }: Figures): Outcome {
  const { sent, received, pending, duplicated, outOfOrder, unknown } = counts;
  const lost = interrupted ? counts.lost : counts.lost + pending;
  const expected = interrupted ? sent - pending : sent;
  const failures = [
    lost > 0 && `lost: ${lost} of ${expected} events`,
    duplicated > 0 && `received more than once: ${duplicated}`,
    outOfOrder > 0 && `out of order: ${outOfOrder}`,
    unknown > 0 && `with an id that was never issued: ${unknown}`,
    received < LEAST_EVENTS && `too few events to judge: ${received}, it takes ${LEAST_EVENTS}`,
    reconnects < LEAST_RECONNECTS && `too few reconnects to judge: ${reconnects}, it takes ${LEAST_RECONNECTS}`,
  ].filter((failure) => failure !== false);
  const parts = [
    `received ${received}, lost ${lost}, duplicated ${duplicated}`,
    outOfOrder > 0 && `out of order ${outOfOrder}`,
    unknown > 0 && `unknown ${unknown}`,
    `reconnects ${reconnects}`,
    `latency p50 ${formatLatency(p50)} p99 ${formatLatency(p99)}`,
  ].filter((part) => part !== false);
  return { line: parts.join(", "), failures, exitCode: failures.length === 0 ? EXIT.ended : EXIT.gaveUp };
}
