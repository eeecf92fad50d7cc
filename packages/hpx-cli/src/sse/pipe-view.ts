import type { SseConnectionState, SseEvent } from "hpx-transport/sse";
import type { Output } from "../output.js";
import { describeState } from "../text.js";
import { eventLine, type LineOptions } from "./event-line.js";
import type { SseView } from "./follow.js";

/** For a pipe or a file: a JSON line an event on standard output, what happens on standard error. */
export class PipeView implements SseView {
  readonly #output: Output;
  readonly #stderr: NodeJS.WritableStream;
  readonly #options: LineOptions & { readonly quiet?: boolean };

  constructor(output: Output, stderr: NodeJS.WritableStream, options: LineOptions & { readonly quiet?: boolean }) {
    this.#output = output;
    this.#stderr = stderr;
    this.#options = options;
  }

  async show(events: readonly SseEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#output.write(events.map((event) => `${eventLine(event, this.#options)}\n`).join(""));
  }

  stateChanged(state: SseConnectionState): void {
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
