import { requireObject } from "../../checks/checkers.js";
import { TransportError } from "../../error.js";
import { type CursorRecord, readRecord } from "../record.js";
import type { Claim, TransactionalCursorStore } from "../store.js";
import { tableName } from "../sql/table-name.js";

/** The part of a database handle that is used: `DatabaseSync` of node:sqlite and better-sqlite3's `Database` have it. */
export interface SqliteDatabase {
  /** Runs statements without a result. */
  exec(sql: string): unknown;
  /** Prepares a statement. */
  prepare(sql: string): {
    /** The first row; `undefined` for none. */
    get(...values: (string | number)[]): unknown;
    /** Runs it. */
    run(...values: (string | number)[]): { readonly changes: number | bigint };
  };
}

/** Options of {@link SqliteCursorStore}. */
export interface SqliteCursorOptions {
  /** The table; letters, digits and `_`. It is made where it does not exist. @defaultValue `"hpx_cursors"` */
  table?: string | undefined;
}

/**
 * Keeps records in a table of a SQLite database. A save is one `update` in a transaction of its own, so it is as durable as
 * the database's commits: `pragma synchronous` must be `FULL` for a power cut. It is SQLite's default; better-sqlite3 and
 * databases in WAL mode often have `NORMAL`, which survives a crash of the process only.
 *
 * A save on its own waits for the end of a transaction that is open on the handle: it rejects, and is tried again. Other
 * processes may use the same file; `pragma busy_timeout` says how long one waits for another.
 *
 * The table has the columns `name`, `epoch`, `version` and `record`, which is JSON. SQLite 3.35 or later.
 */
export class SqliteCursorStore implements TransactionalCursorStore<SqliteDatabase> {
  readonly #database: SqliteDatabase;
  readonly #table: string;
  #hasTable = false;

  /**
   * `database` stays yours: the store does not close it.
   *
   * @throws {TransportError} `CONFIG` where `database` or an option cannot be used
   */
  constructor(database: SqliteDatabase, options: SqliteCursorOptions = {}) {
    requireObject("database", database, "exec", "prepare");
    this.#database = database;
    this.#table = tableName(options.table);
  }

  /** As {@link CursorStore.claim}. @throws {TransportError} `CURSOR_STORE` */
  async claim(name: string): Promise<Claim> {
    return this.#inTransaction(() => {
      if (!this.#hasTable) this.#makeTable();
      const claim =
        `insert into ${this.#table} (name, epoch, version) values (?, 1, 0) ` +
        `on conflict (name) do update set epoch = epoch + 1 returning epoch, record`;
      const { epoch, record } = this.#database.prepare(claim).get(name) as { epoch: number; record: string | null };
      return { epoch: Number(epoch), record: record === null ? undefined : readRecord(name, record) };
    });
  }

  /** As {@link CursorStore.save}. @throws {TransportError} `CURSOR_FENCED`; or an error of the database */
  async save(name: string, record: CursorRecord, claim: Claim): Promise<void> {
    this.#inTransaction(() => this.#update(this.#database, name, record, claim));
  }

  /**
   * As {@link TransactionalCursorStore.saveIn}. `tx` is the handle on which your transaction is open. It is done when it returns.
   *
   * @throws {TransportError} `CURSOR_FENCED`: roll back
   */
  saveIn(tx: SqliteDatabase, name: string, record: CursorRecord, claim: Claim): void {
    this.#update(tx, name, record, claim);
  }

  #update(database: SqliteDatabase, name: string, record: CursorRecord, { epoch }: Claim): void {
    const { version } = record;
    const update = `update ${this.#table} set version = ?, record = ? where name = ? and epoch = ? and version < ?`;
    const { changes } = database.prepare(update).run(version, JSON.stringify(record), name, epoch, version);
    if (Number(changes) > 0) return;
    // A later version is saved, or the name was claimed again.
    const row = database.prepare(`select epoch from ${this.#table} where name = ?`).get(name) as
      | { epoch: number }
      | undefined;
    if (Number(row?.epoch) !== epoch) throw TransportError.cursorFenced(name);
  }

  #makeTable(): void {
    this.#database.exec(
      `create table if not exists ${this.#table} ` +
        `(name text primary key, epoch integer not null, version integer not null, record text) without rowid`,
    );
    this.#hasTable = true;
  }

  /** A transaction of the caller's fails `begin`: a rollback there would undo what is reported as saved here. */
  #inTransaction<T>(work: () => T): T {
    this.#database.exec("begin immediate");
    try {
      const result = work();
      this.#database.exec("commit");
      return result;
    } catch (error) {
      this.#hasTable = false;
      this.#rollback();
      throw error;
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
