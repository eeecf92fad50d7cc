import type { SseConnectionState, SseEvent } from "hpx-transport/sse";
import type { Output } from "../output.js";
import { describeState } from "../text.js";
import type { Sighting, View } from "./view.js";

/** For a pipe: one JSON line an event on standard output, trouble on standard error. */
export class Lines implements View {
  readonly #output: Output;
  readonly #stderr: NodeJS.WritableStream;

  constructor(output: Output, stderr: NodeJS.WritableStream) {
    this.#output = output;
    this.#stderr = stderr;
  }

  async show({ event }: Sighting): Promise<void> {
    await this.#output.line(jsonLine(event));
  }

  stateChanged(state: SseConnectionState): void {
    if (state.status === "reconnecting") this.#stderr.write(`${describeState(state)}\n`);
  }

  close(): void {}
}

/** An event as JSON. Its data is nested where it is a JSON object or array, so that `jq .data.price` works. */
function jsonLine({ id, event, data }: SseEvent): string {
  return JSON.stringify({ id, event, data: /^\s*[[{]/.test(data) ? parsed(data) : data });
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}
