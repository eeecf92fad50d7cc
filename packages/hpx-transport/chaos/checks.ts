import type { EventLedgerCounts } from "hpx-transport/testing";
import type { Sample } from "./levels.js";
import { SETTINGS } from "./settings.js";

/** The results of a run. */
export interface Figures {
  readonly seed: number;
  /** One for each connection. */
  readonly ledgers: readonly EventLedgerCounts[];
  /** The consumer that is killed: events that it worked on, and those of them that it did again after a kill. */
  readonly durable: {
    readonly kills: number;
    readonly events: number;
    readonly lost: number;
    readonly repeated: number;
  };
  /** Events that were sent and not received by the end of `SETTINGS.tailDeadline`. */
  readonly missing: number;
  readonly connects: number;
  /** The largest number of connects of one consumer in a second. */
  readonly busiestSecond: number;
  readonly samples: readonly Sample[];
  /** The last steps of the connection that failed first. */
  readonly context: readonly string[];
  /** How often each fault happened. */
  readonly fired: Readonly<Record<string, number>>;
  /** All other broken rules. */
  readonly violations: readonly string[];
}

/** Why the run failed; empty when it passed. */
export function failuresOf(figures: Figures): string[] {
  const { received, ...wrong } = sumOf(figures);
  const failures = [...figures.violations];
  if (received === 0) failures.push("nothing was received");
  if (figures.durable.events === 0) failures.push("the durable consumer received nothing");
  for (const [what, count] of Object.entries(wrong)) {
    if (count > 0) failures.push(`${count} events ${what}`);
  }
  // A run that ended early had no time for all faults.
  if (failures.length > 0) return failures;
  for (const [fault, times] of Object.entries(figures.fired)) {
    if (times < SETTINGS.leastFired)
      failures.push(`${fault} happened ${times} times: fewer than ${SETTINGS.leastFired}`);
  }
  return failures;
}

/** The last line of a run. */
export function summaryLine(figures: Figures): string {
  const { received, lost, duplicated, corrupted } = sumOf(figures);
  const faults = Object.values(figures.fired).reduce((sum, times) => sum + times, 0);
  const outcome = failuresOf(figures).length === 0 ? "passed" : "FAILED";
  const counts = `received ${received}, lost ${lost}, duplicated ${duplicated}, corrupted ${corrupted}`;
  const { kills, events, repeated, lost: lostByKills } = figures.durable;
  const durable = `durable consumer: ${kills} kills, ${events} events, lost ${lostByKills}, repeated ${repeated}`;
  return `chaos: ${counts}, ${durable}, ${faults} faults, ${figures.connects} connects, seed ${figures.seed}: ${outcome}`;
}

/** The sums of all ledgers. An event that never came is lost; an event with an unknown id was not sent in this form. */
function sumOf({
  ledgers,
  missing,
}: Figures): Record<"received" | "lost" | "duplicated" | "reordered" | "corrupted", number> {
  const sum = { received: 0, lost: missing, duplicated: 0, reordered: 0, corrupted: 0 };
  for (const counts of ledgers) {
    sum.received += counts.received;
    sum.lost += counts.lost;
    sum.duplicated += counts.duplicated;
    sum.reordered += counts.outOfOrder;
    sum.corrupted += counts.corrupted + counts.unknown;
  }
  return sum;
}
