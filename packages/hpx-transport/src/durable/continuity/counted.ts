import type { SseEvent } from "../../sse/index.js";
import type { Checker, Finding, RangeContinuity, SequenceContinuity } from "./continuity.js";
import type { Json } from "../record.js";

/** Keys whose numbers are kept; of more, those that were seen longest ago are forgotten. */
const MOST_KEYS = 10_000;

/** The numbers of an event: where it begins, where it ends, and how far the next one is. */
interface Span {
  readonly from: bigint;
  readonly to: bigint;
}

/** The last number of a key. */
interface Token {
  readonly key: string;
  readonly last: bigint;
}

type SpanOf = (event: SseEvent, hasOwnId: boolean) => Span | undefined;

/** Checks events that are numbered, for each key on its own. */
export class CountedContinuity implements Checker {
  readonly found: "ids" | "sequence";
  readonly #spanOf: SpanOf;
  readonly #keyOf: (event: SseEvent) => string;
  readonly #step: bigint;
  readonly #seen: Map<string, bigint>;
  readonly #acknowledged: Map<string, bigint>;
  /** Keys that have got a new number since the last reconnect. Others may still be repeated. */
  #caughtUp = new Set<string>();

  private constructor(
    found: "ids" | "sequence",
    how: { spanOf: SpanOf; keyOf: (event: SseEvent) => string; step?: number | undefined },
    state: Json | undefined,
  ) {
    this.found = found;
    this.#spanOf = how.spanOf;
    this.#keyOf = how.keyOf;
    this.#step = BigInt(how.step ?? 1);
    this.#seen = numbersIn(state);
    this.#acknowledged = new Map(this.#seen);
  }

  static ofIds(state: Json | undefined): CountedContinuity {
    let previous: string | undefined;
    const spanOf = ({ id }: SseEvent, hasOwnId: boolean): Span | undefined => {
      // An event without an id of its own has the one before it.
      const isNew = hasOwnId || id !== previous;
      previous = id;
      return isNew && /^\d+$/.test(id) ? spanAt(BigInt(id)) : undefined;
    };
    return new CountedContinuity("ids", { spanOf, keyOf: ONE_KEY }, state);
  }

  static ofSequence(check: SequenceContinuity, state: Json | undefined): CountedContinuity {
    const spanOf = (event: SseEvent): Span | undefined => {
      const number = check.sequence(event);
      return number === undefined ? undefined : spanAt(BigInt(number));
    };
    return new CountedContinuity("sequence", { spanOf, keyOf: keyOf(check), step: check.step }, state);
  }

  static ofRange(check: RangeContinuity, state: Json | undefined): CountedContinuity {
    const spanOf = (event: SseEvent): Span | undefined => {
      const span = check.range(event);
      return span === undefined ? undefined : { from: BigInt(span.from), to: BigInt(span.to) };
    };
    return new CountedContinuity("sequence", { spanOf, keyOf: keyOf(check) }, state);
  }

  reconnected(): void {
    this.#caughtUp.clear();
  }

  examine(event: SseEvent, hasOwnId: boolean): Finding {
    const span = this.#spanOf(event, hasOwnId);
    if (span === undefined) return NOTHING;
    const key = this.#keyOf(event);
    const last = this.#seen.get(key);
    if (last !== undefined && span.to <= last && !this.#caughtUp.has(key)) {
      return { token: undefined, kind: "duplicate", count: 1, ...between(key, last, span) };
    }
    const token: Token = { key, last: span.to };
    put(this.#seen, token);
    this.#caughtUp.add(key);
    if (last === undefined) return { token };
    const missing = (span.from - last) / this.#step - 1n;
    // Numbers that go back in the middle of a connection are no repetition: the server counts anew.
    if (span.to <= last) return { token, kind: "reset", count: "unknown", ...between(key, last, span) };
    if (missing <= 0n) return { token };
    return { token, kind: "lost", count: Number(missing), ...between(key, last, span) };
  }

  acknowledge(token: unknown): void {
    if (token !== undefined) put(this.#acknowledged, token as Token);
  }

  state(tokens: readonly unknown[] = []): Json {
    const numbers = tokens.length === 0 ? this.#acknowledged : new Map(this.#acknowledged);
    for (const token of tokens) if (token !== undefined) put(numbers, token as Token);
    return Object.fromEntries([...numbers].map(([key, last]) => [key, String(last)]));
  }
}

const NOTHING: Finding = { token: undefined };
const ONE_KEY = (): string => "";

function keyOf(check: SequenceContinuity | RangeContinuity): (event: SseEvent) => string {
  return check.key === undefined ? ONE_KEY : (event) => String(check.key?.(event));
}

function spanAt(number: bigint): Span {
  return { from: number, to: number };
}

function between(key: string, last: bigint, { from }: Span): Pick<Finding, "key" | "after" | "before"> {
  return { key, after: String(last), before: String(from) };
}

/** The newest keys are at the end of the map. */
function put(numbers: Map<string, bigint>, { key, last }: Token): void {
  if (key !== "") numbers.delete(key);
  numbers.set(key, last);
  if (numbers.size <= MOST_KEYS) return;
  for (const oldest of numbers.keys()) {
    numbers.delete(oldest);
    break;
  }
}

function numbersIn(state: Json | undefined): Map<string, bigint> {
  const numbers = new Map<string, bigint>();
  if (typeof state !== "object" || state === null) return numbers;
  for (const [key, last] of Object.entries(state)) {
    if (typeof last === "string" && /^-?\d+$/.test(last)) numbers.set(key, BigInt(last));
  }
  return numbers;
}
