import type { Account } from "./ledger.js";
import type { Report } from "./view.js";

/** What a run is judged by. */
export interface Evidence {
  readonly account: Account;
  readonly reconnects: number;
  /** In milliseconds; undefined where no event came. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}

/** A run that saw less than this proves nothing. */
const LEAST_EVENTS = 100;
const LEAST_RECONNECTS = 3;

/** The verdict on a run: nothing lost, nothing doubled, and enough happened to say so. */
export function judge({ account, reconnects, p50, p99 }: Evidence): Report {
  const { received, lost, duplicated, outOfOrder, unknown } = account;
  const failures = [
    lost > 0 && `lost: ${lost} of ${account.expected} events`,
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
  return { line: parts.join(", "), failures, exitCode: failures.length === 0 ? 0 : 1 };
}

/** A latency in milliseconds, as it is shown everywhere. */
export function formatLatency(milliseconds: number | undefined): string {
  return milliseconds === undefined ? "- ms" : `${milliseconds.toFixed(2)} ms`;
}
