import { hashOf } from "../hash.js";
import type { LogRecord } from "../log/log.js";
import { isNextOf, stepOf } from "../source/align/continuity.js";
import { SeenIds } from "./seen.js";

/** What an auditor says of one record. */
export interface Fault {
  readonly kind: "lost" | "doubled" | "damaged";
  /** How many events it is about. */
  readonly count: number;
  readonly what: string;
}

const NONE: readonly Fault[] = [];

/** What is kept of the record before. */
type Last = Pick<LogRecord, "n" | "id" | "after" | "kind">;

/**
 * Follows one source through the log. It knows nothing of the relay's state: only that events are numbered without a hole,
 * that ids follow each other, and that a hash is that of its data.
 */
export class SourceAudit {
  readonly #numeric: boolean;
  readonly #seen: SeenIds;
  #last: Last | undefined;

  /** `numeric`: the ids count. `window`: ids that are remembered to find doubled ones. */
  constructor(numeric: boolean, window: number) {
    this.#numeric = numeric;
    this.#seen = new SeenIds(window);
  }

  /** The faults of the next record. */
  check(record: LogRecord): readonly Fault[] {
    const last = this.#last;
    const { n, id, after, kind } = record;
    // Not the record itself: the data of a whole page would stay.
    this.#last = { n, id, after, kind };
    if (kind === "reset") this.#seen.clear();
    const number = last === undefined ? undefined : numberFault(record, last);
    const event = kind === undefined ? this.#event(record, last) : undefined;
    return number === undefined && event === undefined ? NONE : [number, event].filter((fault) => fault !== undefined);
  }

  #event(record: LogRecord, last: Last | undefined): Fault | undefined {
    const { event, id, after, hash, data } = record;
    if (hashOf(event, data) !== hash)
      return { kind: "damaged", count: 1, what: `the data does not match its hash ${hash}` };
    if (id === "") return undefined;
    const expected = last?.id === id && last.kind !== "reset" ? last.after + 1 : 0;
    if (last !== undefined && after !== expected) {
      return { kind: "damaged", count: 1, what: `event ${after} after the id ${shown(id)}, in place of ${expected}` };
    }
    if (after > 0) return undefined;
    if (this.#seen.add(id, hash)) return { kind: "doubled", count: 1, what: `the id ${shown(id)} came before` };
    return this.#hole(id, last);
  }

  /** The ids of the source count: a hole that no marker tells of is a loss. */
  #hole(id: string, last: Last | undefined): Fault | undefined {
    if (!this.#numeric || last === undefined || last.kind === "gap" || last.kind === "reset") return undefined;
    if (isNextOf(last.id, id)) return undefined;
    const step = stepOf(last.id, id);
    if (step === undefined || step === 1n) return undefined;
    const what = `the id ${shown(id)} follows ${shown(last.id)}, and no marker says why`;
    return step > 1n ? { kind: "lost", count: Number(step - 1n), what } : { kind: "doubled", count: 1, what };
  }
}

/** An event has the next number, a marker the one before it. */
function numberFault({ n, kind }: LogRecord, last: Last): Fault | undefined {
  const step = n - last.n - (kind === undefined ? 1 : 0);
  if (step === 0) return undefined;
  const what = `number ${n} follows ${last.n}`;
  return step > 0 ? { kind: "lost", count: step, what } : { kind: "doubled", count: 1, what };
}

function shown(id: string): string {
  return JSON.stringify(id.slice(0, 60));
}
