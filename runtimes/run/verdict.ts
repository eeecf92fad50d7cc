import type { Line } from "../contract/protocol.js";

/** The result of the contract in a runtime. */
export interface Verdict {
  readonly passed: number;
  /** The failures with their reasons; empty only when all checks passed. */
  readonly failures: readonly string[];
}

/** Evaluates a report. An incomplete report is a failure: a check that did not run must not look passed. */
export function judge(lines: readonly string[], failure: Error | undefined): Verdict {
  let passed = 0;
  let done: number | undefined;
  const failures: string[] = [];
  for (const text of lines) {
    const line = parse(text);
    if (line === undefined) failures.push(`a line that is no report: ${text}`);
    else if ("done" in line) done = line.done;
    else if (line.ok) passed += 1;
    else failures.push(`${line.check}\n${line.error}`);
  }
  if (failure !== undefined) failures.push(`the runtime: ${failure.message}`);
  const received = lines.length - (done === undefined ? 0 : 1);
  if (done === undefined) failures.push(`the report broke off after ${received} checks`);
  else if (done !== received || done === 0) failures.push(`the report has ${received} checks of ${done}`);
  return { passed, failures };
}

function parse(text: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === "object" && line !== null ? (line as Line) : undefined;
  } catch {
    return undefined;
  }
}
