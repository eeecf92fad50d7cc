import type { Evidence } from "../evidence.js";

/** How grave a finding is: it loses or delays events; it will, one day; it is good to know. */
export type Severity = "error" | "warning" | "note";

/** Something that is wrong with an endpoint. */
export interface Finding {
  readonly severity: Severity;
  /** What is wrong, in one plain sentence. */
  readonly says: string;
  /** What to do about it. */
  readonly fix: string;
}

/** Something that is as it should be. */
export interface Passed {
  readonly severity: "ok";
  readonly says: string;
}

export type CheckResult = Finding | Passed;

/**
 * One thing that the doctor looks at: its results on the evidence, none where the evidence does not tell. What is
 * asked after the answer itself is judged only where there was an event stream.
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
