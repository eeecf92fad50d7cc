import type { SseConnectionState, SseEvent } from "hpx-transport/sse";
import type { Output, TextStream } from "../output.js";
import { describeState, withoutSteering } from "../text.js";
import type { SseView } from "./follow.js";
import { textAt, type TextPath } from "./text-path.js";

/** The first half of a character that takes two units of UTF-16. */
const HALF = /[\uD800-\uDBFF]$/;

/**
 * Writes the text of an answer as it comes: what each event has at a path, one after the other without line ends between
 * them, and one at the end. Problems are on standard error.
 */
export class TextView implements SseView {
  readonly #output: Output;
  readonly #stderr: TextStream;
  readonly #path: TextPath;
  readonly #quiet: boolean;
  /** A character of which the second half is in the next event. */
  #half = "";
  #atLineStart = true;

  constructor(output: Output, stderr: TextStream, path: TextPath, quiet = false) {
    this.#output = output;
    this.#stderr = stderr;
    this.#path = path;
    this.#quiet = quiet;
  }

  async show(events: readonly SseEvent[]): Promise<void> {
    const text = this.#half + events.map(({ data }) => textAt(data, this.#path) ?? "").join("");
    this.#half = HALF.exec(text)?.[0] ?? "";
    const whole = withoutSteering(text.slice(0, text.length - this.#half.length));
    if (whole === "") return;
    this.#atLineStart = whole.endsWith("\n");
    await this.#output.write(whole);
  }

  stateChanged(state: SseConnectionState): void {
    if (state.status === "reconnecting") this.remark(describeState(state));
  }

  note(line: string): void {
    // Where both are on one terminal, the note would stand within a line of the text.
    if (this.#stderr.isTTY && this.#output.stream.isTTY) this.#endLine();
    this.#stderr.write(`${line}\n`);
  }

  remark(line: string): void {
    if (!this.#quiet) this.note(line);
  }

  close(ending: string | undefined): void {
    if (ending === undefined) return;
    this.#endLine();
    // On a terminal, the counts are not part of the answer that was asked for.
    if (!this.#output.stream.isTTY) this.remark(ending);
  }

  #endLine(): void {
    if (this.#atLineStart) return;
    this.#atLineStart = true;
    void this.#output.write("\n");
  }
}
