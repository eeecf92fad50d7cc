import { stat } from "node:fs/promises";
import { LogRefused, LogUnavailable } from "../errors.js";
import type { LogLimits, LogRecord, ReadFrom, RelayLog, Tail } from "../log.js";
import { SqliteLog } from "./sqlite-log.js";

/**
 * A log in a SQLite file that is only read, beside the relay that appends. A file that is put in the place of the other, such as
 * a backup, is opened in its stead: otherwise a reader would go on with a file that no one sees any more.
 */
export class SqliteReader implements RelayLog {
  readonly url: string;
  readonly limits: LogLimits;
  /** Rises with each file. */
  epoch = 1;
  readonly #path: string;
  #log: SqliteLog;
  #file: string;
  #reopening: Promise<SqliteLog> | undefined;

  private constructor(path: string, log: SqliteLog, file: string) {
    this.url = log.url;
    this.limits = log.limits;
    this.#path = path;
    this.#log = log;
    this.#file = file;
  }

  /** @throws {TransportError} `CONFIG` where there is no such log, or no driver */
  static async open(path: string): Promise<SqliteReader> {
    const log = await SqliteLog.open(path, { readOnly: true });
    return new SqliteReader(path, log, await fileAt(path));
  }

  async tails(sources: readonly string[]): Promise<ReadonlyMap<string, Tail>> {
    return await (await this.#current()).tails(sources);
  }

  async append(): Promise<never> {
    throw new LogRefused(`${this.url}: it was opened to read only`);
  }

  async *read(from: ReadFrom, signal: AbortSignal): AsyncGenerator<readonly LogRecord[]> {
    yield* (await this.#current()).read(from, signal);
  }

  async close(): Promise<void> {
    await this.#reopening?.catch(() => {});
    await this.#log.close();
  }

  async #current(): Promise<SqliteLog> {
    if (this.#reopening !== undefined) return await this.#reopening;
    const file = await fileAt(this.#path);
    if (file === this.#file) return this.#log;
    this.#reopening ??= this.#reopen(file).finally(() => {
      this.#reopening = undefined;
    });
    return await this.#reopening;
  }

  async #reopen(file: string): Promise<SqliteLog> {
    const log = await SqliteLog.open(this.#path, { readOnly: true }).catch((error: Error) => {
      throw new LogUnavailable(`${this.url}: ${error.message}`);
    });
    const old = this.#log;
    this.#log = log;
    this.#file = file;
    this.epoch += 1;
    await old.close();
    return log;
  }
}

/** Which file has the path now. While a file is open, no other one gets its number. @throws {LogUnavailable} where there is none */
async function fileAt(path: string): Promise<string> {
  try {
    const { dev, ino } = await stat(path);
    return `${dev}.${ino}`;
  } catch (error) {
    throw new LogUnavailable(`sqlite:${path}: ${(error as Error).message}`);
  }
}
