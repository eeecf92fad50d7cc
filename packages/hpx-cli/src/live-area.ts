import { createLogUpdate } from "log-update";
import { type TextStream, widthOf } from "./output.js";

/** The time between two paints, in milliseconds; people see no difference to more of them. */
const PAINT_EVERY = 100;
/** Where the terminal does not know its height. */
const USUAL_ROWS = 24;

/**
 * The last lines of a terminal, which are painted anew in place, with the cursor hidden. Ctrl-Z removes them and shows the
 * cursor, because the shell gets the terminal then; after `fg` they are painted again.
 */
export class LiveArea {
  readonly #update: ReturnType<typeof createLogUpdate>;
  readonly #text: () => string;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  /** `text` makes the lines, each at most as wide as the terminal. */
  constructor(stream: TextStream, text: () => string) {
    this.#text = text;
    this.#update = createLogUpdate(withSize(stream));
    this.#timer = setInterval(() => this.paint(), PAINT_EVERY);
    process.on("SIGTSTP", this.#onSuspend);
    process.on("SIGCONT", this.#onResume);
  }

  /** Paints at once: what it shows may be over before the next regular paint. */
  paint(): void {
    if (!this.#closed) this.#update(this.#text());
  }

  /** Writes above the lines. */
  above(write: () => void): void {
    if (this.#closed) return write();
    this.#update.clear();
    write();
    this.paint();
  }

  /** Removes the lines. */
  clear(): void {
    this.#close(() => this.#update.clear());
  }

  /** Leaves the lines where they are, painted a last time. */
  finish(): void {
    this.#close(() => this.paint());
  }

  readonly #onSuspend = (): void => {
    this.#update.clear();
    this.#update.done();
    // With a listener, SIGTSTP stops nothing. SIGSTOP would also stop a process that no shell can continue.
    process.off("SIGTSTP", this.#onSuspend);
    process.kill(process.pid, "SIGTSTP");
    process.on("SIGTSTP", this.#onSuspend);
    this.paint();
  };

  readonly #onResume = (): void => {
    // The lines that were painted before a stop stand above now, and cannot be erased.
    this.#update.done();
    this.paint();
  };

  #close(last: () => void): void {
    if (this.#closed) return;
    last();
    this.#closed = true;
    clearInterval(this.#timer);
    process.off("SIGTSTP", this.#onSuspend);
    process.off("SIGCONT", this.#onResume);
    this.#update.done();
  }
}

/** `stream` with a size that is never 0: with 0 columns, log-update writes empty lines, and with 0 rows nothing. */
function withSize(stream: TextStream): NodeJS.WritableStream {
  return Object.create(stream, {
    columns: { get: () => widthOf(stream) },
    rows: { get: () => (stream as { rows?: number }).rows || USUAL_ROWS },
    write: { value: (text: string) => stream.write(text) },
  }) as NodeJS.WritableStream;
}
