import { LiveArea } from "../live-area.js";
import { type CommandContext, type TextStream, widthOf } from "../output.js";
import { cut } from "../text.js";
import { count, formatMilliseconds } from "../units.js";

/** Says on a terminal how far the watch has come. */
export class WatchLine {
  readonly #stderr: TextStream;
  readonly #area: LiveArea | undefined;
  readonly #end: number;
  #events = 0;

  constructor(
    stderr: TextStream,
    time: number,
    { env, quiet = false }: Pick<CommandContext, "env"> & { readonly quiet?: boolean | undefined },
  ) {
    this.#stderr = stderr;
    this.#end = performance.now() + time;
    if (stderr.isTTY !== true || env["TERM"] === "dumb" || quiet) return;
    this.#area = new LiveArea(stderr, () => this.#text());
  }

  /** Says something on standard error, above that line. */
  note(line: string): void {
    const write = (): void => void this.#stderr.write(`${line}\n`);
    if (this.#area === undefined) write();
    else this.#area.above(write);
  }

  show(events: number): void {
    this.#events = events;
  }

  close(): void {
    this.#area?.clear();
  }

  #text(): string {
    const left = formatMilliseconds(Math.max(0, this.#end - performance.now()));
    const text = `● watching, at most ${left} left · ${count(this.#events, "event")}`;
    return cut(text, widthOf(this.#stderr) - 1);
  }
}
