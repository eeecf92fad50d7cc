import { createLogUpdate } from "log-update";
import type { CommandContext, TextStream } from "../output.js";
import { cut } from "../text.js";
import { count, formatMilliseconds } from "../units.js";

/** Says on a terminal how far the watch has come. */
export class WatchLine {
  readonly #stderr: TextStream;
  readonly #update: ReturnType<typeof createLogUpdate> | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #end: number;
  readonly #columns: number;
  #events = 0;

  constructor(stderr: TextStream, time: number, env: CommandContext["env"]) {
    this.#stderr = stderr;
    this.#end = performance.now() + time;
    this.#columns = (stderr.columns ?? 80) - 1;
    if (stderr.isTTY !== true || env["TERM"] === "dumb") return;
    this.#update = createLogUpdate(stderr);
    this.#timer = setInterval(() => this.#paint(), 100);
  }

  /** Says something on standard error, above that line. */
  note(line: string): void {
    this.#update?.clear();
    this.#stderr.write(`${line}\n`);
  }

  show(events: number): void {
    this.#events = events;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#update?.clear();
    this.#update?.done();
  }

  #paint(): void {
    const left = formatMilliseconds(Math.max(0, this.#end - performance.now()));
    this.#update?.(cut(`● watching, at most ${left} left · ${count(this.#events, "event")}`, this.#columns));
  }
}
