import pc from "picocolors";
import { LiveArea } from "../../live-area.js";
import { type Output, widthOf } from "../../output.js";
import { cell, cut } from "../../text.js";

/** A source, as it is shown. */
export interface SourceRow {
  readonly name: string;
  readonly state: string;
  /** The relay that runs it. */
  readonly owner: string | undefined;
  readonly issued: number;
  readonly written: number;
}

const HEADER = ["exchange", "state", "relay", "issued", "in the log"];
const WIDTHS = [10, 11, 8, 8, 10];

/** What happens, a line each; on a terminal below that a line for each source, which is kept in place. */
export class RelayView {
  readonly #output: Output;
  readonly #area: LiveArea | undefined;
  readonly #rows: () => readonly SourceRow[];

  /** `rows`: the sources as they are now. */
  constructor(
    output: Output,
    rows: () => readonly SourceRow[],
    { TERM }: Readonly<Record<string, string | undefined>>,
  ) {
    this.#output = output;
    this.#rows = rows;
    const inPlace = output.stream.isTTY === true && TERM !== "dumb";
    this.#area = inPlace ? new LiveArea(output.stream, () => this.#text()) : undefined;
  }

  /** A line about what happens. */
  async say(line: string): Promise<void> {
    if (this.#area === undefined) return this.#output.line(line);
    this.#area.above(() => this.#output.stream.write(`${line}\n`));
  }

  /** Leaves the lines where they are; later output comes below them. */
  close(): void {
    this.#area?.finish();
  }

  #text(): string {
    // The last column stays free: some terminals wrap when it is filled.
    const columns = widthOf(this.#output.stream) - 1;
    const rows = this.#rows().map(({ name, state, owner, issued, written }) => {
      const line = cut(lineOf([name, state, owner ?? "-", String(issued), String(written)]), columns);
      return owner === undefined ? pc.red(line) : state === "flowing" ? pc.green(line) : pc.yellow(line);
    });
    return ["", pc.dim(cut(lineOf(HEADER), columns)), ...rows].join("\n");
  }
}

function lineOf(values: readonly string[]): string {
  return values
    .map((value, index) => cell(value, WIDTHS[index] ?? 0))
    .join("  ")
    .trimEnd();
}
