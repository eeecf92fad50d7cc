import { show } from "../../checks/check.js";
import { hasMethod } from "../../checks/checkers.js";
import { TransportError } from "../../error.js";
import type { SseEvent } from "../../sse/index.js";
import type { Checker, Continuity, ContinuityCheck, ContinuityVerdict, Finding } from "./continuity.js";
import { CountedContinuity } from "./counted.js";
import type { Json } from "../record.js";

/** The check that an option `continuity` asks for, which goes on from `state`. */
export function checkerFor(continuity: Continuity, state: Json | undefined): Checker {
  if (continuity === "numeric") return CountedContinuity.ofIds(state);
  if ("check" in continuity) return new OwnContinuity(continuity, state);
  return "sequence" in continuity
    ? CountedContinuity.ofSequence(continuity, state)
    : CountedContinuity.ofRange(continuity, state);
}

/** A check of the user's. */
class OwnContinuity implements Checker {
  readonly found = "sequence";
  readonly #check: ContinuityCheck;
  #seen: Json | undefined;
  #acknowledged: Json | undefined;

  constructor(check: ContinuityCheck, state: Json | undefined) {
    this.#check = check;
    this.#seen = state;
    this.#acknowledged = state;
  }

  reconnected(): void {}

  examine(event: SseEvent): Finding {
    const answer: ContinuityVerdict = this.#check.check(this.#seen, event);
    if (!isAnswer(answer)) throw new TypeError(`it returned ${show(answer)}; it takes { state, verdict? }`);
    const { state, verdict } = answer;
    // An event that comes again changes nothing.
    if (verdict === "duplicate") return { token: undefined, kind: "duplicate", count: 1, before: event.id };
    this.#seen = state;
    if (verdict === undefined) return { token: { state } };
    if (verdict === "reset") return { token: { state }, kind: "reset", count: "unknown", before: event.id };
    return { token: { state }, kind: "lost", count: verdict.lost, before: event.id };
  }

  acknowledge(token: unknown): void {
    if (token !== undefined) this.#acknowledged = (token as { state: Json }).state;
  }

  state(tokens: readonly unknown[] = []): Json {
    const last = tokens.findLast((token) => token !== undefined) as { state: Json } | undefined;
    return last?.state ?? this.#acknowledged ?? null;
  }
}

/** The option `continuity`. */
export function continuityOption(field: string, value: unknown): Continuity | undefined {
  if (value === undefined || value === "numeric") return value;
  const known = ["sequence", "range", "check"].filter((name) => hasMethod(value, name));
  if (known.length !== 1) {
    const expected = 'it takes "numeric", or an object with one of sequence(), range() and check()';
    throw TransportError.config(field, show(value), expected);
  }
  const step: unknown = Reflect.get(Object(value), "step");
  if (step !== undefined && !(typeof step === "number" && Number.isSafeInteger(step) && step > 0)) {
    throw TransportError.config(`${field}.step`, show(step), "it takes a whole number from 1");
  }
  return value as Continuity;
}

function isAnswer(value: unknown): value is ContinuityVerdict {
  if (typeof value !== "object" || value === null || Reflect.get(value, "state") === undefined) return false;
  const verdict: unknown = Reflect.get(value, "verdict");
  if (verdict === undefined || verdict === "duplicate" || verdict === "reset") return true;
  const lost: unknown = typeof verdict === "object" && verdict !== null ? Reflect.get(verdict, "lost") : undefined;
  return lost === "unknown" || (Number.isSafeInteger(lost) && Number(lost) > 0);
}
