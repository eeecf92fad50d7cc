import { once } from "node:events";

/** The streams, the environment and the interrupt of a command; a test passes its own. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** A file, a pipe, or a terminal with a width. */
export type TextStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Where the output ends up. */
export interface Sink {
  /** Aborted when it takes nothing more; the reason is the error. */
  readonly failed: AbortSignal;
  /** Whether that is because its reader went away, as `head` does. */
  readonly readerIsGone: boolean;
  /** Resolves with whether it took all that was shown. */
  taken?(): Promise<boolean>;
}

/** The columns of a terminal that does not know how many it has: it says 0, as a container's does where nothing is attached. */
const USUAL_COLUMNS = 80;

/** The columns of `stream`. */
export function widthOf({ columns }: TextStream): number {
  return columns || USUAL_COLUMNS;
}

/** The time for the last lines to be read after Ctrl-C, in milliseconds. */
export const LAST_WRITE = 100;

/** Standard output with a reader that may be slow, or gone. */
export class Output implements Sink {
  readonly stream: TextStream;
  readonly #failed = new AbortController();
  readonly #interrupted: AbortSignal;
  readonly #stopWaiting: AbortSignal;

  constructor({ stdout, interrupted }: CommandContext) {
    this.stream = stdout;
    this.#interrupted = interrupted;
    this.#stopWaiting = AbortSignal.any([this.#failed.signal, interrupted]);
    // Without a listener the error of a closed pipe would crash the process.
    stdout.on("error", (error) => this.#failed.abort(error));
  }

  /** Aborted when nothing more can be written; the reason is the stream's error. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** Whether the reader closed the pipe, as `head` does; that is no failure. */
  get readerIsGone(): boolean {
    return (this.failed.reason as NodeJS.ErrnoException | undefined)?.code === "EPIPE";
  }

  /** Writes a line. */
  async line(text: string): Promise<void> {
    await this.write(`${text}\n`);
  }

  /** Waits while the reader is behind, so that back-pressure reaches the server. */
  async write(text: string): Promise<void> {
    if (this.failed.aborted || this.stream.write(text) || this.#stopWaiting.aborted) return;
    try {
      await once(this.stream, "drain", { signal: this.#stopWaiting });
    } catch {
      // The wait was given up, or the stream failed and `failed` has the error.
    }
  }

  /**
   * Resolves with whether the pipe, the file or the terminal took all that was written so far. Waits for a slow reader, after
   * Ctrl-C for a moment only.
   */
  async taken(): Promise<boolean> {
    const interrupted = this.#interrupted;
    return await new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const hurry = (): void => {
        timer = setTimeout(() => resolve(false), LAST_WRITE);
      };
      if (interrupted.aborted) hurry();
      else interrupted.addEventListener("abort", hurry, { once: true });
      // Its callback comes after those of all writes before it.
      this.stream.write("", (error) => {
        clearTimeout(timer);
        interrupted.removeEventListener("abort", hurry);
        resolve(!error && !this.failed.aborted);
      });
    });
  }
}
