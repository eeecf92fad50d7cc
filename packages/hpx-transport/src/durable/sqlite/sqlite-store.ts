import { requireObject } from "../../checks/checkers.js";
import { type CursorRecord, readRecord } from "../record.js";
import { readTableOptions, type TableOptions } from "../sql/options.js";
import type { Claim, TransactionalCursorStore } from "../store.js";
import { checkEpoch } from "../store-problem.js";
import { sqliteError, storeName } from "./problems.js";

/** The part of a database handle that is used: `DatabaseSync` of node:sqlite and better-sqlite3's `Database` have it. */
export interface SqliteDatabase {
  /** Runs statements without a result. */
  exec(sql: string): unknown;
  /** Prepares a statement. */
  prepare(sql: string): SqliteStatement;
}

/** A prepared statement. */
export interface SqliteStatement {
  /** Runs it and returns the first row; `undefined` or `null` for none. */
  get(...values: (string | number)[]): unknown;
  /** Runs it. */
  run(...values: (string | number)[]): {
    /** How many rows it changed. */
    readonly changes: number | bigint;
  };
}

/** Options of {@link SqliteCursorStore}. */
export type SqliteCursorOptions = TableOptions;

/**
 * Keeps records in a table of a SQLite database. A save is one `update` in a transaction of its own, as durable as the
 * database's commits: with `pragma synchronous = full` (SQLite's own default) it survives a power cut; with `normal`, which
 * many set for databases in WAL mode, it survives a crash of the process, and a power cut may lose the last saves. Those
 * events come again.
 *
 * With `saveIn`, open the transaction by `begin immediate`, as the example of this page does. `transaction()` of better-sqlite3
 * cannot wait for a promise, and would commit what `saveIn` refused. A save of the store's own does not take part in a
 * transaction that is open on the handle: it rejects, and is tried again.
 *
 * Processes may share the file: each waits for the other as `pragma busy_timeout` says, and one that claims a name fences the
 * one before. All calls are synchronous: a slow disk keeps the event loop waiting.
 *
 * The table has the columns `name`, `epoch`, `version` and `record`, which is JSON. It needs SQLite 3.35 of 2021, or later.
 */
export class SqliteCursorStore implements TransactionalCursorStore<SqliteDatabase> {
  readonly #database: SqliteDatabase;
  readonly #table: string;

  /**
   * `database` stays yours: the store does not close it.
   *
   * @throws {TransportError} `CONFIG` where `database` or an option cannot be used
   */
  constructor(database: SqliteDatabase, options: SqliteCursorOptions = {}) {
    requireObject("database", database, "exec", "prepare");
    this.#database = database;
    this.#table = readTableOptions(options).table;
  }

  /** As {@link TransactionalCursorStore.claim}. Makes the table where it does not exist. @throws {TransportError} `CURSOR_STORE` */
  async claim(name: string): Promise<Claim> {
    const columns = "(name text primary key, epoch integer not null, version integer not null, record text)";
    const claim =
      `insert into ${this.#table} (name, epoch, version) values (?, 1, 0) ` +
      `on conflict (name) do update set epoch = epoch + 1 returning epoch, record`;
    return this.#inTransaction(name, "claim", () => {
      this.#database.exec(`create table if not exists ${this.#table} ${columns}`);
      const row = this.#database.prepare(claim).get(name);
      const { epoch, record } = row as { readonly epoch: number | bigint; readonly record: string | null };
      return {
        epoch: Number(epoch),
        record: record === null ? undefined : readRecord(name, record, storeName(this.#table)),
      };
    });
  }

  /** As {@link TransactionalCursorStore.save}. @throws {TransportError} `CURSOR_FENCED`; or an error that says what to do */
  async save(name: string, record: CursorRecord, claim: Claim): Promise<void> {
    this.#inTransaction(name, "save", () => this.#update(this.#database, name, record, claim));
  }

  /**
   * As {@link TransactionalCursorStore.saveIn}. `tx` is the handle on which your transaction is open. It is done when this
   * returns.
   *
   * @throws {TransportError} `CURSOR_FENCED`, or an error that says what to do: roll back
   */
  saveIn(tx: SqliteDatabase, name: string, record: CursorRecord, claim: Claim): void {
    try {
      this.#update(tx, name, record, claim);
    } catch (cause) {
      throw sqliteError(this.#table, name, "save", cause, true);
    }
  }

  #update(database: SqliteDatabase, name: string, record: CursorRecord, { epoch }: Claim): void {
    const { version } = record;
    const update = `update ${this.#table} set version = ?, record = ? where name = ? and epoch = ? and version < ?`;
    const { changes } = database.prepare(update).run(version, JSON.stringify(record), name, epoch, version);
    if (Number(changes) > 0) return;
    // A later version is saved, or the name was claimed again.
    const row = database.prepare(`select epoch from ${this.#table} where name = ?`).get(name);
    const kept = (row as { readonly epoch: number | bigint } | null | undefined)?.epoch;
    checkEpoch(name, epoch, kept === undefined ? undefined : Number(kept));
  }

  /**
   * Begins a transaction, and so fails within one of the caller's: that one could be rolled back after the save was reported
   * as durable.
   */
  #inTransaction<T>(name: string, operation: "claim" | "save", work: () => T): T {
    let begun = false;
    try {
      this.#database.exec("begin immediate");
      begun = true;
      const result = work();
      this.#database.exec("commit");
      return result;
    } catch (cause) {
      if (begun) this.#rollback();
      throw sqliteError(this.#table, name, operation, cause, begun);
    }
  }

  #rollback(): void {
    try {
      this.#database.exec("rollback");
    } catch {
      // SQLite has rolled back by itself, as it does for a full disk.
    }
  }
}
