import type { Colors } from "../colors.js";
import { LiveArea } from "../live-area.js";
import { type TextStream, widthOf } from "../output.js";
import { EventRows, type Row } from "./event-row.js";
import { type Progress, statusLine } from "./progress.js";
import type { AnyState, View } from "./view.js";

/** For a terminal: an item a line, and below them the state of things, kept in place. */
export class TerminalView<E> implements View<E> {
  readonly #stdout: TextStream;
  readonly #stderr: TextStream;
  readonly #colors: Colors;
  readonly #rows: EventRows;
  readonly #area: LiveArea;
  readonly #rowOf: (item: E) => Row;

  /** `rowOf` gives the name and the data of an item. */
  constructor(
    stdout: TextStream,
    stderr: TextStream,
    { progress, colors, rowOf }: { progress: Progress; colors: Colors; rowOf: (item: E) => Row },
  ) {
    this.#rowOf = rowOf;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#colors = colors;
    this.#rows = new EventRows(colors);
    this.#area = new LiveArea(stdout, () => statusLine(progress, this.#columns, colors));
    this.#area.paint();
  }

  async show(items: readonly E[]): Promise<void> {
    if (items.length === 0) return;
    const now = new Date();
    const lines = items.map((item) => this.#rows.row(this.#rowOf(item), now, this.#columns));
    this.#area.above(() => this.#stdout.write(`${lines.join("\n")}\n`));
  }

  stateChanged(_state: AnyState): void {
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
