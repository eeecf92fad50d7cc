import type { Source } from "../sources/source.js";
import { fnvOf } from "./fnv.js";
import type { Findings } from "./findings.js";
import type { Row } from "./row.js";
import { SentIndex } from "./sent-index.js";

/** Hashes are computed for one row of so many: it is slow. */
const HASHED = 7;

/** Follows one source through the log, and compares each row with what the source sent. */
export class SourceAudit {
  readonly #source: Source;
  readonly #index: SentIndex;
  readonly #starts: ReadonlySet<number>;
  readonly #findings: Findings;
  readonly #rollBacks: number;
  /** The index of the last event that was found in the log. */
  #last = -1;
  #before: Row | undefined;
  /** Markers since the last event. */
  #marks: Row[] = [];
  /** Rows after a marker that say not yet which events they are. */
  #held: Row[] = [];

  /** `rollBacks`: how often the log was rolled back. */
  constructor(source: Source, findings: Findings, rollBacks: number) {
    this.#source = source;
    this.#index = new SentIndex(source);
    this.#starts = new Set(source.connects.map(({ start }) => start));
    this.#findings = findings;
    this.#rollBacks = rollBacks;
  }

  /** The next row. */
  take(row: Row): void {
    this.#checkMarks(row);
    this.#before = row;
    if (row.kind === "cursor") this.#findings.counts.cursors += 1;
    else if (row.kind !== "") this.#takeMark(row);
    else this.#takeEvent(row);
  }

  /** After the last row. */
  end(): void {
    this.#place();
    const { length } = this.#source.events;
    const missing = length - 1 - this.#last;
    if (missing > 0) this.#fault("lost", missing, `after event ${this.#last} of ${length} nothing is in the log`);
  }

  #takeMark(row: Row): void {
    this.#place();
    this.#marks.push(row);
    const { counts } = this.#findings;
    if (row.kind === "gap") counts.gaps += 1;
    else if (row.kind === "reset") counts.resets += 1;
    else if (row.kind === "rewind") counts.rewinds += 1;
    else this.#fault("corrupted", 1, `a marker of the kind ${row.kind}`);
    if (row.kind === "rewind" && this.#rollBacks === 0)
      this.#fault("falseMarks", 1, "rewind, and the log was not rolled back");
    if (row.data !== "") this.#fault("corrupted", 1, `a marker with data at ${row.pos}`);
  }

  #takeEvent(row: Row): void {
    this.#findings.counts.events += 1;
    if (this.#marks.length === 0 && this.#last >= 0) {
      if (this.#index.is(row, this.#last + 1)) this.#last += 1;
      else this.#moved(row);
      return;
    }
    this.#held.push(row);
    if (this.#index.find(row) !== undefined) this.#place();
  }

  /** A row that does not follow, and no marker is before it. */
  #moved(row: Row): void {
    const found = this.#index.find(row) ?? this.#index.search([row], this.#last + 1);
    const where = `${shown(row)} after event ${this.#last}`;
    if (found === -1) {
      this.#fault("corrupted", 1, `${where}: the source sent no such event`);
    } else if (found <= this.#last) {
      this.#fault("doubled", 1, `${where}: it is event ${found}`);
    } else {
      this.#fault("unmarked", 1, `${where}: it is event ${found}`);
      if (!this.#isExcused(this.#last + 1, found)) this.#fault("lost", found - this.#last - 1, `before ${where}`);
      this.#last = found;
    }
  }

  /** Decides which events the held rows are. */
  #place(): void {
    const rows = this.#held;
    const marks = this.#marks;
    this.#held = [];
    if (rows.length === 0) return;
    this.#marks = [];
    const last = rows.at(-1) as Row;
    const found = this.#index.find(last);
    const start =
      found === undefined ? this.#index.search(rows, this.#last + 1, this.#starts) : found - rows.length + 1;
    if (found === -1 || start === -1 || rows.some((row, offset) => !this.#index.is(row, start + offset))) {
      this.#fault(
        "corrupted",
        rows.length,
        `${shown(last)} with ${rows.length - 1} before it, after a marker: no such events`,
      );
      return;
    }
    this.#join(start, marks, rows[0] as Row);
    this.#last = Math.max(this.#last, start + rows.length - 1);
  }

  /** The log goes on with event `start` after the markers. */
  #join(start: number, marks: readonly Row[], row: Row): void {
    const from = this.#last + 1;
    const missing = start - from;
    const breaks = marks.filter(({ kind }) => kind === "gap" || kind === "reset");
    const where = `${shown(row)} is event ${start} after event ${this.#last} (${breaks.map(({ kind, facts }) => kind + facts).join(" ")})`;
    if (missing < 0) return this.#fault("doubled", -missing, where);
    const isFirst = this.#last === -1 && this.#source.kind.resume === "live";
    if (missing > 0 && !isFirst) this.#checkGap(from, start, breaks, where);
    if (missing === 0 && breaks.length > 0 && !this.#mayMark(start, breaks)) this.#fault("falseMarks", 1, where);
  }

  #checkGap(from: number, start: number, breaks: readonly Row[], where: string): void {
    const missing = start - from;
    if (breaks.length === 0) this.#fault("unmarked", 1, where);
    if (this.#isExcused(from, start)) this.#findings.counts.lostBySources += missing;
    else this.#fault("lost", missing, where);
    const [only] = breaks;
    if (breaks.length !== 1 || only?.kind !== "gap") return;
    const facts = JSON.parse(only.facts) as { lost: number | "unknown"; found: string };
    if (facts.found === "ids" && facts.lost !== missing)
      this.#fault("falseMarks", 1, `the marker says ${facts.lost}, and ${missing} are missing: ${where}`);
  }

  /** The source could not send them: an answer began with `start`, though it was asked for what is missing. */
  #isExcused(from: number, start: number): boolean {
    const { kind, connects } = this.#source;
    if (kind.isComplete === true) return false;
    if (kind.options.pair === true) return true;
    if (kind.resume !== "after") return this.#starts.has(start);
    return connects.some((each) => each.asked < from && each.start === start);
  }

  /** Nothing is missing, and the marker may be there all the same. */
  #mayMark(start: number, breaks: readonly Row[]): boolean {
    const { kind, events } = this.#source;
    if (kind.isComplete === true) return false;
    if (kind.ids === "none" || kind.options.handler === "mercure") return true;
    // The ids begin anew, and nothing was lost.
    return events[start]?.epoch !== events[start - 1]?.epoch && breaks.every((mark) => mark.kind === "reset");
  }

  /** Numbers, hashes, and the place after the id. */
  #checkMarks(row: Row): void {
    const before = this.#before;
    const isEvent = row.kind === "";
    const expected = (before?.n ?? 0) + (isEvent ? 1 : 0);
    if (row.n !== expected) this.#fault("misnumbered", 1, `number ${row.n} at ${row.pos}, in place of ${expected}`);
    if (!isEvent) return;
    if (row.pos % HASHED === 0 && row.hash !== fnvOf(row.event, row.data)) {
      this.#fault("corrupted", 1, `the hash at ${row.pos}`);
    }
    const isSame = before !== undefined && row.id !== "" && before.id === row.id && before.kind !== "reset";
    const after = isSame ? before.after + 1 : 0;
    if (row.after !== after) this.#fault("corrupted", 1, `after ${row.after} at ${row.pos}, in place of ${after}`);
  }

  #fault(kind: Parameters<Findings["fault"]>[0], count: number, words: string): void {
    this.#findings.fault(kind, count, this.#source.name, words);
  }
}

function shown({ pos, n, id }: Row): string {
  return `number ${n} at ${pos} (id ${JSON.stringify(id)})`;
}
