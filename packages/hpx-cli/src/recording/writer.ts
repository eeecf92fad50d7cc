import { writeSync } from "node:fs";
import { PrivateFile } from "../private-file.js";
import { escapeControlChars } from "../text.js";
import { type EntryContent, FORMAT, type RecordedEnding, type RecordingHeader } from "./format.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** So many lines at most wait for the first response: those of attempts that got none. */
const MOST_WAITING = 1000;

/** Writes a recording, each line at once, so that the lines survive a kill of this process. */
export class RecordingWriter {
  readonly #target: PrivateFile;
  readonly #start = performance.now();
  readonly #failed = new AbortController();
  #file: number | undefined;
  /** The lines before the file is there. */
  readonly #waiting: Buffer[] = [];

  /** The file is made with the first response. Throws `UsageError` where it cannot be. */
  constructor(path: string, request: Pick<RecordingHeader, "url" | "method">, force: boolean) {
    this.#target = new PrivateFile("FILE", path, force);
    this.#line({ ...FORMAT, ...request, started: new Date().toISOString() } satisfies RecordingHeader);
  }

  /** Whether there is a file: a response came. */
  get hasFile(): boolean {
    return this.#file !== undefined;
  }

  /** Aborted when nothing more can be written; the reason is the file system's error. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** Whether the file is a pipe that its reader closed. */
  get readerIsGone(): boolean {
    return (this.failed.reason as NodeJS.ErrnoException | undefined)?.code === "EPIPE";
  }

  request(lastEventId: string): void {
    this.#entry({ request: { lastEventId } });
  }

  response(status: number, headers: Readonly<Record<string, string>>): void {
    this.#open();
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
    if (this.#file !== undefined) this.#target.close(this.#file);
  }

  #open(): void {
    if (this.#file !== undefined || this.#failed.signal.aborted) return;
    try {
      this.#file = this.#target.open();
    } catch (error) {
      this.#failed.abort(error);
      return;
    }
    for (const line of this.#waiting.splice(0)) this.#write(this.#file, line);
  }

  #entry(content: EntryContent): void {
    this.#line({ t: Math.round((performance.now() - this.#start) * 1000) / 1000, ...content });
  }

  #line(value: object): void {
    const line = Buffer.from(`${escapeControlChars(JSON.stringify(value))}\n`);
    if (this.#file !== undefined) this.#write(this.#file, line);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(line);
  }

  #write(file: number, line: Buffer): void {
    if (this.#failed.signal.aborted) return;
    try {
      for (let written = 0; written < line.length;) written += writeSync(file, line, written);
    } catch (error) {
      this.#failed.abort(error);
    }
  }
}
