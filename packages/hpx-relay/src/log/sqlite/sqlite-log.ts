import { TransportError } from "hpx-transport";
import { LogConflict } from "../errors.js";
import type { Append, LogLimits, LogRecord, ReadFrom, RelayLog, Tail } from "../log.js";
import { type Database, loadDriver, type Statement } from "./driver.js";
import { failureOf } from "./failure.js";
import { Inserts } from "./inserts.js";
import { lockFile } from "./lock.js";
import { type Row, SCHEMA, TAIL_COLUMNS, tailOf } from "./schema.js";
import { PageReader } from "./reader.js";
import { Retention } from "./retention.js";

/** How to open a {@link SqliteLog}. */
export interface SqliteLogOptions {
  /** Only read: without the lock, and beside the relay that appends. @defaultValue `false` */
  readonly readOnly?: boolean | undefined;
  /**
   * Messages older than this are deleted, but never the last one of a source. In milliseconds; 0: they are kept.
   *
   * @defaultValue 0
   */
  readonly maxAge?: number | undefined;
}

/** Messages of one commit: half of the time of a commit of 900 is the disk's, of 4,500 a tenth. */
const MESSAGES = 4500;

/**
 * A log in a SQLite file, for one process. A commit is on the disk when `append` resolves: the journal is a write-ahead log with
 * `synchronous = FULL`.
 */
export class SqliteLog implements RelayLog {
  readonly url: string;
  readonly limits: LogLimits = { messages: MESSAGES, appends: 1, data: 64 * 1024 * 1024, name: 1024 * 1024 };
  readonly epoch = 1;
  readonly #database: Database;
  readonly #lock: Database | undefined;
  readonly #inserts: Inserts | undefined;
  readonly #tail: Statement;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  readonly #maximum: Statement;
  readonly #retention: Retention | undefined;
  /** Positions of the last messages that this process wrote or read: it alone appends. */
  readonly #positions = new Map<string, number>();
  private constructor(path: string, database: Database, lock: Database | undefined, maxAge: number) {
    this.url = `sqlite:${path}`;
    this.#database = database;
    this.#lock = lock;
    this.#tail = database.prepare(`select ${TAIL_COLUMNS} from messages where source = ? order by pos desc limit 1`);
    this.#begin = database.prepare("begin immediate");
    this.#commit = database.prepare("commit");
    this.#rollback = database.prepare("rollback");
    this.#maximum = database.prepare("select max(pos) as pos from messages");
    if (lock !== undefined) {
      this.#inserts = new Inserts(database);
      this.#retention = maxAge === 0 ? undefined : new Retention(database, maxAge);
    }
  }

  /**
   * Opens or makes the file.
   *
   * @throws {TransportError} `CONFIG` where another process appends to it, it is no such log, or there is no driver
   */
  static async open(path: string, options: SqliteLogOptions = {}): Promise<SqliteLog> {
    const { readOnly = false, maxAge = 0 } = options;
    const open = await loadDriver();
    let lock: Database | undefined;
    let database: Database | undefined;
    try {
      if (!readOnly) lock = lockFile(path, open);
      database = open(path, { readOnly });
      database.exec("pragma busy_timeout = 5000");
      if (!readOnly) database.exec(`pragma journal_mode = wal; pragma synchronous = full; ${SCHEMA}`);
      return new SqliteLog(path, database, lock, maxAge);
    } catch (error) {
      database?.close();
      lock?.close();
      if (TransportError.is(error)) throw error;
      const { message } = error as Error;
      const expected = `it takes the path of a log, in a folder that is there and may be written (${message})`;
      throw TransportError.config("log", `sqlite:${path}`, expected);
    }
  }

  async tails(sources: readonly string[]): Promise<ReadonlyMap<string, Tail>> {
    const tails = new Map<string, Tail>();
    try {
      for (const source of sources) {
        const row = this.#tail.get(source) as Row | undefined;
        if (row !== undefined) tails.set(source, tailOf(row));
        this.#positions.set(source, (row?.["pos"] as number | undefined) ?? 0);
      }
    } catch (error) {
      throw failureOf(this.url, error);
    }
    return tails;
  }

  async append(parts: readonly Append[]): Promise<readonly number[]> {
    try {
      this.#begin.run();
      for (const part of parts) this.#assertExpected(part);
      const positions = this.#inserts?.write(parts, this.#lastPosition()) ?? [];
      this.#commit.run();
      for (const [index, { source }] of parts.entries()) this.#positions.set(source, positions[index] as number);
      return positions;
    } catch (error) {
      this.#undo();
      throw error instanceof LogConflict ? error : failureOf(this.url, error);
    }
  }

  async *read(from: ReadFrom, signal: AbortSignal): AsyncGenerator<readonly LogRecord[]> {
    const end = this.#lastPosition();
    const reader = new PageReader(this.#database, from);
    let position = Math.max(from.after ?? 0, this.#startOfLast(from));
    while (!signal.aborted) {
      const records = reader.page(position, end);
      if (records.length === 0) return;
      yield records;
      position = records.at(-1)?.pos ?? end;
      // The relay has work as well.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async close(): Promise<void> {
    this.#retention?.stop();
    this.#database.close();
    this.#lock?.close();
  }

  #assertExpected({ source, expected }: Append): void {
    const position = this.#positions.get(source) ?? this.#positionOf(source);
    if (position === expected) return;
    throw new LogConflict(`${this.url}: the last message of ${source} is ${position}, not ${expected}`);
  }

  #positionOf(source: string): number {
    return ((this.#tail.get(source) as Row | undefined)?.["pos"] as number | undefined) ?? 0;
  }

  #lastPosition(): number {
    const row = this.#maximum.get() as Row;
    return (row["pos"] as number | null) ?? 0;
  }

  /** The position before the last messages that are asked for. */
  #startOfLast({ source, last }: ReadFrom): number {
    if (last === undefined) return 0;
    const where = source === undefined ? "" : "where source = ?";
    const sql = `select pos from messages ${where} order by pos desc limit 1 offset ?`;
    const names = source === undefined ? [] : [source];
    const row = this.#database.prepare(sql).get(...names, last) as Row | undefined;
    return (row?.["pos"] as number | undefined) ?? 0;
  }

  #undo(): void {
    try {
      this.#rollback.run();
    } catch {
      // SQLite has rolled back by itself, or no transaction was begun.
    }
  }
}
