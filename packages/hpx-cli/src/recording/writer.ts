import { closeSync, openSync, writeSync } from "node:fs";
import { errorCode, escapeControlChars } from "../text.js";
import { shown, wrongValue } from "../usage.js";
import { type EntryContent, FORMAT, type RecordedEnding, type RecordingHeader } from "./format.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Writes a recording, each line at once, so that the lines survive a kill of this process. */
export class RecordingWriter {
  readonly #file: number;
  readonly #start = performance.now();
  readonly #failed = new AbortController();
  /** There is no pipe to be closed. */
  readonly readerIsGone = false;

  /** Throws `UsageError` where the file cannot be written. An existing one is replaced. */
  constructor(path: string, request: Pick<RecordingHeader, "url" | "method">) {
    // It would be a file with the name "-", and users mean standard output.
    if (path === "-") throw wrongValue("FILE", shown(path), "it takes a file; /dev/stdout is one");
    try {
      this.#file = openSync(path, "w");
    } catch (error) {
      throw wrongValue("FILE", `${shown(path)} (${errorCode(error)})`, "it takes a file that can be written");
    }
    this.#line({ ...FORMAT, ...request, started: new Date().toISOString() } satisfies RecordingHeader);
  }

  /** Aborted when nothing more can be written; the reason is the file system's error. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  request(lastEventId: string): void {
    this.#entry({ request: { lastEventId } });
  }

  response(status: number, headers: Readonly<Record<string, string>>): void {
    this.#entry({ response: { status, headers } });
  }

  chunk(bytes: Uint8Array): void {
    try {
      this.#entry({ text: utf8.decode(bytes) });
    } catch {
      this.#entry({ base64: Buffer.from(bytes).toString("base64") });
    }
  }

  end(how: RecordedEnding, error?: string): void {
    this.#entry(error === undefined ? { end: how } : { end: how, error });
  }

  close(): void {
    closeSync(this.#file);
  }

  #entry(content: EntryContent): void {
    this.#line({ t: Math.round((performance.now() - this.#start) * 1000) / 1000, ...content });
  }

  #line(value: object): void {
    if (this.#failed.signal.aborted) return;
    try {
      const line = Buffer.from(`${escapeControlChars(JSON.stringify(value))}\n`);
      for (let written = 0; written < line.length;) written += writeSync(this.#file, line, written);
    } catch (error) {
      this.#failed.abort(error);
    }
  }
}
