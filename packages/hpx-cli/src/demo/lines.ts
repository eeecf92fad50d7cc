import type { SseConnectionState } from "hpx-transport/sse";
import type { Output } from "../output.js";
import { eventLine } from "../sse/event-line.js";
import { describeState } from "../text.js";
import type { ShownTrade, View } from "./view.js";

/** For a pipe: each event is a JSON line on standard output, as `hpx sse` writes it; reconnects go to standard error. */
export class Lines implements View {
  readonly #output: Output;
  readonly #stderr: NodeJS.WritableStream;

  constructor(output: Output, stderr: NodeJS.WritableStream) {
    this.#output = output;
    this.#stderr = stderr;
  }

  async show({ event }: ShownTrade): Promise<void> {
    await this.#output.line(eventLine(event));
  }

  stateChanged(state: SseConnectionState): void {
    if (state.status === "reconnecting") this.#stderr.write(`${describeState(state)}\n`);
  }

  close(): void {}
}
