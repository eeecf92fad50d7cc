import type { SseConnectionState, SseEvent } from "hpx-transport/sse";
import { createLogUpdate } from "log-update";
import type { Colors } from "../colors.js";
import type { TextStream } from "../output.js";
import { EventRows } from "./event-row.js";
import { type Progress, statusLine } from "./progress.js";
import type { SseView } from "./follow.js";

/** The time between two paints, in milliseconds; people see no difference to more of them. */
const PAINT_EVERY = 100;

/** For a terminal: an event a line, and below them the state of things, kept in place. */
export class TerminalView implements SseView {
  readonly #stdout: TextStream;
  readonly #stderr: TextStream;
  readonly #progress: Progress;
  readonly #colors: Colors;
  readonly #rows: EventRows;
  readonly #update: ReturnType<typeof createLogUpdate>;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(stdout: TextStream, stderr: TextStream, progress: Progress, colors: Colors) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#progress = progress;
    this.#colors = colors;
    this.#rows = new EventRows(colors);
    this.#update = createLogUpdate(stdout);
    this.#timer = setInterval(() => this.#paint(), PAINT_EVERY);
    this.#paint();
  }

  async show(events: readonly SseEvent[]): Promise<void> {
    if (events.length === 0) return;
    const now = new Date();
    const lines = events.map((event) => this.#rows.row(event, now, this.#columns));
    this.#above(() => this.#stdout.write(`${lines.join("\n")}\n`));
  }

  /** Painted at once: a state may be over before the next regular paint. */
  stateChanged(_state: SseConnectionState): void {
    if (!this.#closed) this.#paint();
  }

  note(line: string): void {
    if (this.#stderr.isTTY && !this.#closed) this.#above(() => this.#stderr.write(`${line}\n`));
    else this.#stderr.write(`${line}\n`);
  }

  close(ending: string | undefined): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#update.clear();
    if (ending !== undefined) this.#stdout.write(`${this.#colors.dim(ending)}\n`);
    this.#update.done();
  }

  /** The last column stays free: some terminals wrap as it is filled. */
  get #columns(): number {
    return (this.#stdout.columns ?? 80) - 1;
  }

  #paint(): void {
    this.#update(statusLine(this.#progress, this.#columns, this.#colors));
  }

  /** Writes above the status line, which is painted anew below. */
  #above(write: () => void): void {
    this.#update.clear();
    write();
    this.#paint();
  }
}
