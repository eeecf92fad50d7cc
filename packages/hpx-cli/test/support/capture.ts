import { Readable, Writable } from "node:stream";
import type { CommandContext } from "../../src/output.js";

/** A stream that keeps the written text; a terminal if it has columns. */
export class Capture extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  text = "";
  readonly #onWrite: (text: string, capture: Capture) => Error | void;

  constructor(options: { columns?: number; onWrite?: (text: string, capture: Capture) => Error | void } = {}) {
    super({ decodeStrings: false });
    this.isTTY = options.columns !== undefined;
    this.columns = options.columns ?? 0;
    this.#onWrite = options.onWrite ?? (() => {});
  }

  /** The written lines, without an empty last one. */
  get lines(): string[] {
    return this.text.trimEnd().split("\n");
  }

  override _write(chunk: unknown, _encoding: string, done: (error?: Error | null) => void): void {
    this.text += String(chunk);
    done(this.#onWrite(String(chunk), this) ?? null);
  }
}

/** A context for a test, with an interrupt to call. */
export function context(
  stdout: Capture = new Capture(),
  stderr: Capture = new Capture(),
): CommandContext & {
  readonly stdout: Capture;
  readonly stderr: Capture;
  interrupt(): void;
} {
  const interrupt = new AbortController();
  return {
    env: {},
    stdin: Readable.from([]),
    stdout,
    stderr,
    interrupted: interrupt.signal,
    interrupt: () => interrupt.abort(),
  };
}
