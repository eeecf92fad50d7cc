import type { Database, Statement } from "./driver.js";
import type { Row } from "./schema.js";

/** How often old messages are looked for, in milliseconds. */
const INTERVAL = 60_000;

/** Rows of one step: no commit waits longer than for these. */
const STEP = 2000;

/** Deletes old messages of a log, but never the last one of a source: its cursor is in it. */
export class Retention {
  readonly #maxAge: number;
  readonly #window: Statement;
  readonly #delete: Statement;
  readonly #timer: NodeJS.Timeout;
  #next: NodeJS.Immediate | undefined;

  /** `maxAge`: in milliseconds. */
  constructor(database: Database, maxAge: number) {
    this.#maxAge = maxAge;
    this.#window = database.prepare("select pos, at from messages where pos > ? order by pos limit 1 offset ?");
    this.#delete = database.prepare(
      `delete from messages where pos > ? and pos <= ? and at < ?
       and pos < (select max(pos) from messages as others where others.source = messages.source)`,
    );
    this.#timer = setInterval(() => this.sweep(), INTERVAL).unref();
  }

  /** Deletes all that is too old, a step in each turn of the event loop. */
  sweep(from = 0): void {
    const end = this.#step(from);
    if (end !== undefined) this.#next = setImmediate(() => this.sweep(end));
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
    clearImmediate(this.#next);
  }

  /** Returns the position to go on from; `undefined` where the rows that follow are young, or none. */
  #step(from: number): number | undefined {
    const oldest = Date.now() - this.#maxAge;
    try {
      const last = this.#window.get(from, STEP - 1) as Row | undefined;
      this.#delete.run(from, (last?.["pos"] as number | undefined) ?? Number.MAX_SAFE_INTEGER, oldest);
      return last === undefined || (last["at"] as number) >= oldest ? undefined : (last["pos"] as number);
    } catch {
      // The next sweep finds the same rows.
      return undefined;
    }
  }
}
