import { Fnv64, hashOf } from "../hash.js";
import type { LogRecord } from "../log/log.js";
import { stepOf } from "../source/continuity.js";

/** What an auditor says of one record. */
export interface Fault {
  readonly kind: "lost" | "doubled" | "damaged";
  /** How many events it is about. */
  readonly count: number;
  readonly what: string;
}

/**
 * Follows one source through the log. It knows nothing of the relay's state: only that events are numbered without a hole,
 * that ids follow each other, and that a hash is that of its data.
 */
export class SourceAudit {
  readonly #numeric: boolean;
  readonly #window: number;
  #last: Pick<LogRecord, "n" | "id" | "after" | "kind"> | undefined;
  /** Ids with their events, both as hashes, and the ids in their order: a ring. */
  readonly #seen = new Map<number, string>();
  #keys: number[] = [];
  #next = 0;

  /** `numeric`: the ids count. `window`: ids that are remembered to find doubled ones. */
  constructor(numeric: boolean, window: number) {
    this.#numeric = numeric;
    this.#window = window;
  }

  /** The faults of the next record. */
  check(record: LogRecord): readonly Fault[] {
    const last = this.#last;
    const { n, id, after, kind } = record;
    this.#last = { n, id, after, kind };
    if (kind === "reset") this.#forget();
    const faults = [this.#number(record, last), kind === undefined ? this.#event(record, last) : undefined];
    return faults.filter((fault) => fault !== undefined);
  }

  #forget(): void {
    this.#seen.clear();
    this.#keys = [];
    this.#next = 0;
  }

  /** An event has the next number, a marker the one before it. */
  #number({ n, kind }: LogRecord, last: Pick<LogRecord, "n"> | undefined): Fault | undefined {
    if (last === undefined) return undefined;
    const step = n - last.n - (kind === undefined ? 1 : 0);
    if (step === 0) return undefined;
    const what = `number ${n} follows ${last.n}`;
    return step > 0 ? { kind: "lost", count: step, what } : { kind: "doubled", count: 1, what };
  }

  #event(record: LogRecord, last: Pick<LogRecord, "id" | "after" | "kind"> | undefined): Fault | undefined {
    const { event, id, after, hash, data } = record;
    if (hashOf(event, data) !== hash)
      return { kind: "damaged", count: 1, what: `the data does not match its hash ${hash}` };
    if (id === "") return undefined;
    const expected = last?.id === id && last.kind !== "reset" ? last.after + 1 : 0;
    if (last !== undefined && after !== expected) {
      return { kind: "damaged", count: 1, what: `event ${after} after the id ${shown(id)}, in place of ${expected}` };
    }
    if (after > 0) return undefined;
    return this.#doubled(id, hash) ?? this.#hole(id, last);
  }

  #doubled(id: string, hash: string): Fault | undefined {
    const key = keyOf(id);
    if (this.#seen.get(key) === hash) return { kind: "doubled", count: 1, what: `the id ${shown(id)} came before` };
    if (!this.#seen.has(key)) this.#remember(key);
    this.#seen.set(key, hash);
    return undefined;
  }

  /** A map is slow to find its oldest key after many were deleted, so the keys are in a list as well. */
  #remember(key: number): void {
    const oldest = this.#keys[this.#next];
    if (oldest !== undefined) this.#seen.delete(oldest);
    this.#keys[this.#next] = key;
    this.#next = (this.#next + 1) % this.#window;
  }

  /** The ids of the source count: a hole that no marker tells of is a loss. */
  #hole(id: string, last: Pick<LogRecord, "id" | "kind"> | undefined): Fault | undefined {
    if (!this.#numeric || last === undefined || last.kind === "gap" || last.kind === "reset") return undefined;
    const step = stepOf(last.id, id);
    if (step === undefined || step === 1n) return undefined;
    const what = `the id ${shown(id)} follows ${shown(last.id)}, and no marker says why`;
    return step > 1n ? { kind: "lost", count: Number(step - 1n), what } : { kind: "doubled", count: 1, what };
  }
}

/** 53 bits of a hash: a key of a map that is small. */
function keyOf(id: string): number {
  const hash = new Fnv64();
  hash.text(id);
  return (hash.high % 0x20_0000) * 0x1_0000_0000 + hash.low;
}

function shown(id: string): string {
  return JSON.stringify(id.slice(0, 60));
}
