/** What the auditor counts, over all sources. */
export interface Counts {
  /** Events in the log. */
  events: number;
  /** Events that the sources could not send again, each beside a marker. */
  lostBySources: number;
  /** Markers, by their kinds. */
  gaps: number;
  resets: number;
  rewinds: number;
  cursors: number;
}

/** What must not be. */
export interface Wrong {
  /** Events that a source had for the relay, and that are not in the log. */
  lost: number;
  doubled: number;
  /** Places where events are missing and no marker says so. */
  unmarked: number;
  /** Markers where nothing is missing, or with a wrong number. */
  falseMarks: number;
  /** Numbers that do not follow each other. */
  misnumbered: number;
  /** Messages that no source sent in this form, or with wrong marks. */
  corrupted: number;
}

/** What the auditor found. */
export class Findings {
  readonly counts: Counts = { events: 0, lostBySources: 0, gaps: 0, resets: 0, rewinds: 0, cursors: 0 };
  readonly wrong: Wrong = { lost: 0, doubled: 0, unmarked: 0, falseMarks: 0, misnumbered: 0, corrupted: 0 };
  /** In words, the first 200. */
  readonly words: string[] = [];
  /** The names of the sources with faults. */
  readonly sources: Set<string> = new Set();

  fault(kind: keyof Wrong, count: number, source: string, words: string): void {
    this.sources.add(source);
    this.wrong[kind] += count;
    if (this.words.length < 200) this.words.push(`${source}: ${kind} ${count}: ${words}`);
  }
}
