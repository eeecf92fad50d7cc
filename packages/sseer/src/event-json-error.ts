import type { ServerSentEvent } from "./event.js";
import type { StandardIssue } from "./standard-schema.js";

/** The data of an event is not JSON (`cause` is the SyntaxError) or does not match the schema (`issues` lists why). */
export class EventJsonError extends Error {
  /** Always `"EventJsonError"`. */
  override readonly name = "EventJsonError";
  /** The event that could not be read. */
  readonly event: ServerSentEvent;
  /** The issues that the schema found; empty when the data is not JSON. */
  readonly issues: readonly StandardIssue[];

  /**
   * The path to the first issue in the data, as keys and indices. It is empty when the issue is the data itself, and
   * when the data is not JSON.
   */
  get path(): readonly PropertyKey[] {
    return (this.issues[0]?.path ?? []).map(keyOf);
  }

  /** A `JsonStream` creates it. Your own code that reads JSON from events may create it, too. */
  constructor(event: ServerSentEvent, issues: readonly StandardIssue[], cause?: unknown) {
    super(describe(event, issues, cause), cause === undefined ? undefined : { cause });
    this.event = event;
    this.issues = issues;
  }
}

function describe(event: ServerSentEvent, issues: readonly StandardIssue[], cause: unknown): string {
  const which = `the data of event ${JSON.stringify(event.event)}${event.id === "" ? "" : ` (id ${JSON.stringify(event.id)})`}`;
  if (issues.length > 0) return `${which} does not match the schema: ${issues.map(describeIssue).join("; ")}`;
  return `${which} is not JSON${cause instanceof Error ? `: ${cause.message}` : ""}`;
}

function describeIssue(issue: StandardIssue): string {
  const path = (issue.path ?? []).map((part) => String(keyOf(part))).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}

function keyOf(part: PropertyKey | { readonly key: PropertyKey }): PropertyKey {
  return typeof part === "object" ? part.key : part;
}
