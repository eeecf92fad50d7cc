import type { SseConnectionState, SseEvent } from "hpx-transport/sse";
import type { Colors } from "../colors.js";
import { LiveArea } from "../live-area.js";
import { type TextStream, widthOf } from "../output.js";
import { EventRows } from "./event-row.js";
import { type Progress, statusLine } from "./progress.js";
import type { SseView } from "./follow.js";

/** For a terminal: an event a line, and below them the state of things, kept in place. */
export class TerminalView implements SseView {
  readonly #stdout: TextStream;
  readonly #stderr: TextStream;
  readonly #colors: Colors;
  readonly #rows: EventRows;
  readonly #area: LiveArea;

  constructor(stdout: TextStream, stderr: TextStream, progress: Progress, colors: Colors) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#colors = colors;
    this.#rows = new EventRows(colors);
    this.#area = new LiveArea(stdout, () => statusLine(progress, this.#columns, colors));
    this.#area.paint();
  }

  async show(events: readonly SseEvent[]): Promise<void> {
    if (events.length === 0) return;
    const now = new Date();
    const lines = events.map((event) => this.#rows.row(event, now, this.#columns));
    this.#area.above(() => this.#stdout.write(`${lines.join("\n")}\n`));
  }

  stateChanged(_state: SseConnectionState): void {
    this.#area.paint();
  }

  note(line: string): void {
    const write = (): void => void this.#stderr.write(`${line}\n`);
    if (this.#stderr.isTTY) this.#area.above(write);
    else write();
  }

  remark(line: string): void {
    this.note(line);
  }

  close(ending: string | undefined): void {
    this.#area.clear();
    if (ending !== undefined) this.#stdout.write(`${this.#colors.dim(ending)}\n`);
  }

  /** The last column stays free: some terminals wrap as it is filled. */
  get #columns(): number {
    return widthOf(this.#stdout) - 1;
  }
}
