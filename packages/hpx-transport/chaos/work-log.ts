import type { SseEvent } from "hpx-transport/sse";

// The file that a durable consumer writes: a line for each event that it worked on. What was written stays, however it ends.

/** A process begins. */
export function runLine(): string {
  return `${JSON.stringify({ run: true })}\n`;
}

/** Everything up to the position `saved` is saved. */
export function savedLine(saved: number): string {
  return `${JSON.stringify({ saved })}\n`;
}

/** The work on an event is done. */
export function doneLine({ position, id, data }: SseEvent): string {
  return `${JSON.stringify({ position, id, data })}\n`;
}

/** What was sent. */
interface Sent {
  readonly id: string;
  readonly data: string;
}

interface Line {
  readonly run?: true;
  readonly saved?: number;
  readonly position?: number;
  readonly id?: string;
  readonly data?: string;
}

/** Compares the lines with what was sent: at least once, in order, and again only after a kill and where it was not saved. */
export class WorkLog {
  readonly #sent: Sent[] = [];
  #rest = "";
  /** The newest position that was worked on, and the one of the last line. */
  #newest = 0;
  #last: number | undefined;
  #saved = 0;
  #repeated = 0;

  /** Events that were sent and not worked on. */
  get pending(): number {
    return this.#sent.length - this.#newest;
  }

  /** Events that were worked on. */
  get done(): number {
    return this.#newest;
  }

  /** Events that were worked on again after a kill. */
  get repeated(): number {
    return this.#repeated;
  }

  sent(id: string, data: string): void {
    this.#sent.push({ id, data });
  }

  /** Reads what was written since. Returns the broken rules. */
  read(text: string): string[] {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#check(line) ?? []);
  }

  /** A process was killed: it may have left half a line. */
  killed(): void {
    this.#rest = "";
  }

  #check(text: string): string | undefined {
    const { run, saved, position = 0, id, data } = JSON.parse(text) as Line;
    if (run === true) {
      this.#last = undefined;
      return undefined;
    }
    if (saved !== undefined) {
      this.#saved = Math.max(this.#saved, saved);
      return undefined;
    }
    const { before, expected } = { before: this.#last ?? this.#newest, expected: this.#sent[position - 1] };
    const wasRun = this.#last !== undefined;
    this.#last = position;
    if (position <= this.#newest) this.#repeated += 1;
    this.#newest = Math.max(this.#newest, position);
    if (position > before + 1) return `${position - before - 1} events before position ${position} are lost`;
    if (wasRun && position <= before) return `position ${position} came again without a kill`;
    if (position <= this.#saved) return `position ${position} came again, and ${this.#saved} was saved`;
    const isRight = expected?.id === id && expected?.data === data;
    return isRight
      ? undefined
      : `position ${position} is the event ${id}, sent was ${expected?.id}, or its data differ`;
  }
}
