import type { Output } from "../output.js";
import { describeState } from "../text.js";
import type { AnyState, View } from "./view.js";

/** How {@link PipeView} writes. */
export interface PipeViewOptions<E> {
  /** One item as a line, without its end. */
  readonly line: (item: E) => string;
  /** `--quiet`: no remarks. */
  readonly quiet?: boolean | undefined;
}

/** For a pipe or a file: a line an item on standard output, what happens on standard error. */
export class PipeView<E> implements View<E> {
  readonly #output: Output;
  readonly #stderr: NodeJS.WritableStream;
  readonly #options: PipeViewOptions<E>;

  constructor(output: Output, stderr: NodeJS.WritableStream, options: PipeViewOptions<E>) {
    this.#output = output;
    this.#stderr = stderr;
    this.#options = options;
  }

  async show(items: readonly E[]): Promise<void> {
    if (items.length === 0) return;
    await this.#output.write(items.map((item) => `${this.#options.line(item)}\n`).join(""));
  }

  stateChanged(state: AnyState): void {
    if (state.status === "connected" || state.status === "reconnecting") this.remark(describeState(state));
  }

  note(line: string): void {
    this.#stderr.write(`${line}\n`);
  }

  remark(line: string): void {
    if (!this.#options.quiet) this.note(line);
  }

  close(ending: string | undefined): void {
    if (ending !== undefined) this.remark(ending);
  }
}
