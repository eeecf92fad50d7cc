import { percentile } from "./audit/takeovers.js";
import type { Figures } from "./run.js";
import { SETTINGS } from "./settings.js";

/** Why the run failed; empty when it passed. */
export function failuresOf({ findings, faults, violations }: Figures): string[] {
  const failures = [...violations, ...findings.words.toSorted()];
  if (findings.counts.events === 0) failures.push("nothing is in the log");
  for (const [fault, times] of faults.counts) if (times === 0) failures.push(`${fault} never happened`);
  return failures;
}

/** The counts of all faults, one a line. */
export function faultLines({ faults }: Figures): string[] {
  return [...faults.counts].map(([fault, times]) => `${String(times).padStart(7)} x ${fault}`);
}

/** How long others took to take over. */
export function takeoverLines({ takeovers }: Figures): string[] {
  return [...takeovers].map(([how, times]) => {
    const at = (share: number): string => ((percentile(times, share) ?? 0) / 1000).toFixed(2);
    return `takeover after ${how}: p50 ${at(0.5)} s, p99 ${at(0.99)} s, ${times.length} sources, time to live ${SETTINGS.ttl / 1000} s`;
  });
}

/** The last line of a run. */
export function verdictLine(log: string, seed: number, figures: Figures): string {
  const { findings, sources, faults } = figures;
  const { counts, wrong } = findings;
  const sent = sources.reduce((sum, { events }) => sum + events.length, 0);
  const of = (pattern: RegExp): number =>
    [...faults.counts].reduce((sum, [name, times]) => (pattern.test(name) ? sum + times : sum), 0);
  const parts = [
    `${sources.length} sources sent ${sent} events, ${counts.events} in the log`,
    `lost ${wrong.lost}, doubled ${wrong.doubled}, unmarked ${wrong.unmarked}, marked falsely ${wrong.falseMarks}, misnumbered ${wrong.misnumbered}, corrupted ${wrong.corrupted}`,
    `${counts.lostBySources} lost by sources in ${counts.gaps} gaps and ${counts.resets} resets, ${counts.rewinds} rewinds`,
    `${of(/^relays?: .*SIGKILL/)} kills of relays, ${of(/^(server|servers|leader): /)} faults of servers, ${of(/^log: rolled/)} roll backs, ${of(/^source: (?!connects)/)} faults of sources`,
  ];
  return `chaos:relay ${log}: ${parts.join("; ")}; seed ${seed}: ${failuresOf(figures).length === 0 ? "passed" : "FAILED"}`;
}
