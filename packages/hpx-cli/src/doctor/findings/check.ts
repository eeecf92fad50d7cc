import type { Evidence } from "../evidence.js";

/** `error`: it loses, doubles or delays events. `warning`: it may do so later. `note`: information. */
export type Severity = "error" | "warning" | "note";

/** A problem of an endpoint. */
export interface Finding {
  readonly severity: Severity;
  /** The problem, in one sentence. */
  readonly says: string;
  /** How to repair it. */
  readonly fix: string;
}

/** A check that found no problem. */
export interface Passed {
  readonly severity: "ok";
  readonly says: string;
}

export type CheckResult = Finding | Passed;

/**
 * One check of the doctor. It returns its results on the evidence, or none if the evidence is not enough. Checks of the
 * stream run only if the response was one.
 */
export interface Check {
  /** One or two words, which the report shows. */
  readonly name: string;
  judge(evidence: Evidence): readonly CheckResult[];
}

export function ok(says: string): readonly CheckResult[] {
  return [{ severity: "ok", says }];
}

export function error(says: string, fix: string): Finding {
  return { severity: "error", says, fix };
}

export function warning(says: string, fix: string): Finding {
  return { severity: "warning", says, fix };
}

export function note(says: string, fix: string): Finding {
  return { severity: "note", says, fix };
}

/** An id as a sentence names it. */
export function quoted(id: string): string {
  return JSON.stringify(id.length > 40 ? `${id.slice(0, 40)}…` : id);
}

/** A problem with the server's own words about it, where there are any. */
export function withWords(finding: Finding, serverSays: string | undefined): Finding {
  return serverSays === undefined ? finding : { ...finding, says: `${finding.says} The server says: ${serverSays}` };
}
