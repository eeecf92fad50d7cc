import type { LedgerCounts } from "./ledger.js";
import type { Sample } from "./levels.js";
import { SETTINGS } from "./settings.js";

/** What a run comes to. */
export interface Figures {
  readonly seed: number;
  /** One for each connection. */
  readonly ledgers: readonly LedgerCounts[];
  /** Published and not received when the tail's deadline was over. */
  readonly missing: number;
  readonly connects: number;
  /** The most connects of one consumer in a second. */
  readonly busiestSecond: number;
  readonly samples: readonly Sample[];
  /** What happened on the connection that went wrong first. */
  readonly context: readonly string[];
  /** How often each fault happened. */
  readonly fired: Readonly<Record<string, number>>;
  /** Everything else that went wrong. */
  readonly violations: readonly string[];
}

/** Why the run failed; empty when it passed. */
export function failuresOf(figures: Figures): string[] {
  const { lost, duplicated, corrupted, received } = sumOf(figures);
  const failures = [...figures.violations];
  if (received === 0) failures.push("nothing was received");
  for (const [what, count] of Object.entries({ lost, duplicated, corrupted })) {
    if (count > 0) failures.push(`${count} events ${what}`);
  }
  // A run that was broken off had no time for all of them.
  if (failures.length > 0) return failures;
  for (const [fault, times] of Object.entries(figures.fired)) {
    if (times < SETTINGS.leastFired)
      failures.push(`${fault} happened ${times} times: fewer than ${SETTINGS.leastFired}`);
  }
  return failures;
}

/** The last line of a run. */
export function verdictLine(figures: Figures): string {
  const { received, lost, duplicated, corrupted } = sumOf(figures);
  const faults = Object.values(figures.fired).reduce((sum, times) => sum + times, 0);
  const outcome = failuresOf(figures).length === 0 ? "passed" : "FAILED";
  const counts = `received ${received}, lost ${lost}, duplicated ${duplicated}, corrupted ${corrupted}`;
  return `chaos: ${counts}, ${faults} faults, ${figures.connects} connects, seed ${figures.seed}: ${outcome}`;
}

/** An event that never came is as lost as one that was passed over. */
function sumOf({ ledgers, missing }: Figures): LedgerCounts {
  const sum = { received: 0, lost: missing, duplicated: 0, corrupted: 0 };
  for (const counts of ledgers) {
    sum.received += counts.received;
    sum.lost += counts.lost;
    sum.duplicated += counts.duplicated;
    sum.corrupted += counts.corrupted;
  }
  return sum;
}
