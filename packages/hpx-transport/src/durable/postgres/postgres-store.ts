import { hasMethod, requireObject } from "../../checks/checkers.js";
import { type CursorRecord, readRecord } from "../record.js";
import { readTableOptions, type TableOptions } from "../sql/options.js";
import type { Claim, TransactionalCursorStore } from "../store.js";
import { checkEpoch } from "../store-problem.js";
import { type PostgresClient, type PostgresJs, rowsOf } from "./client.js";
import { codeOf, postgresError, storeName } from "./problems.js";

/** Options of {@link PostgresCursorStore}. */
export type PostgresCursorOptions = TableOptions;

const UNDEFINED_TABLE = "42P01";
/** What `create table if not exists` may fail with while another session makes the same table. */
const MADE_BY_ANOTHER = new Set(["23505", "42P07", "42710"]);

/**
 * Keeps records in a table of a PostgreSQL database. A save is one `update`, as durable as the server's commits: with
 * `synchronous_commit = off` a crash of the server may lose the last ones, and those events come again. After a failover to a
 * replica that is not synchronous it is the same.
 *
 * Several processes may share the table; one that claims a name fences the one before. A claim waits for a transaction with
 * `saveIn` that is open on the name, and has what it committed. A name may not have the character NUL.
 *
 * The table has the columns `name`, `epoch`, `version` and `record`, which is JSON as text.
 */
export class PostgresCursorStore implements TransactionalCursorStore<PostgresClient | PostgresJs> {
  readonly #pool: PostgresClient | PostgresJs;
  readonly #table: string;

  /**
   * `pool` is a pool of pg, `sql` of postgres, or a client that is used for nothing else: a transaction that is open on it
   * would take in the store's own saves. It stays yours: the store does not close it.
   *
   * @throws {TransportError} `CONFIG` where `pool` or an option cannot be used
   */
  constructor(pool: PostgresClient | PostgresJs, options: PostgresCursorOptions = {}) {
    // The sql of postgres is a function.
    const isSql = typeof pool === "function" && typeof (pool as Partial<PostgresJs>).unsafe === "function";
    if (!isSql && !hasMethod(pool, "unsafe")) requireObject("pool", pool, "query");
    this.#pool = pool;
    this.#table = readTableOptions(options).table;
  }

  /** As {@link TransactionalCursorStore.claim}. Makes the table where it does not exist. @throws {TransportError} `CURSOR_STORE` */
  async claim(name: string): Promise<Claim> {
    const claim =
      `insert into ${this.#table} as kept (name, epoch, version) values ($1, 1, 0) ` +
      `on conflict (name) do update set epoch = kept.epoch + 1 returning epoch, record`;
    try {
      const [row] = await this.#withTable(() => rowsOf(this.#pool, claim, [name]));
      // A bigint comes as text.
      const { epoch, record } = row as { readonly epoch: unknown; readonly record: string | null };
      const kept = record === null ? undefined : readRecord(name, record, storeName(this.#table));
      return { epoch: Number(epoch), record: kept };
    } catch (cause) {
      throw postgresError(this.#table, name, "claim", cause);
    }
  }

  /** As {@link TransactionalCursorStore.save}. @throws {TransportError} `CURSOR_FENCED`; or an error that says what to do */
  async save(name: string, record: CursorRecord, claim: Claim): Promise<void> {
    await this.saveIn(this.#pool, name, record, claim);
  }

  /**
   * As {@link TransactionalCursorStore.saveIn}. `tx` is the client on which your transaction is open, or the `sql` that
   * `sql.begin` gave you.
   *
   * @throws {TransportError} `CURSOR_FENCED`, or an error that says what to do: roll back
   */
  async saveIn(tx: PostgresClient | PostgresJs, name: string, record: CursorRecord, { epoch }: Claim): Promise<void> {
    const { version } = record;
    const update =
      `update ${this.#table} set version = $1, record = $2 ` +
      `where name = $3 and epoch = $4 and version < $1 returning epoch`;
    try {
      const saved = await rowsOf(tx, update, [version, JSON.stringify(record), name, epoch]);
      if (saved.length > 0) return;
      // A later version is saved, or the name was claimed again.
      const [row] = await rowsOf(tx, `select epoch from ${this.#table} where name = $1`, [name]);
      const kept = (row as { readonly epoch: unknown } | undefined)?.epoch;
      checkEpoch(name, epoch, kept === undefined ? undefined : Number(kept));
    } catch (cause) {
      throw postgresError(this.#table, name, "save", cause);
    }
  }

  /** Makes the table only where it is missing: that needs a right which a program may not have. */
  async #withTable<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await query();
    } catch (error) {
      if (codeOf(error) !== UNDEFINED_TABLE) throw error;
    }
    const columns = "(name text primary key, epoch bigint not null, version bigint not null, record text)";
    try {
      await rowsOf(this.#pool, `create table if not exists ${this.#table} ${columns}`, []);
    } catch (error) {
      if (!MADE_BY_ANOTHER.has(codeOf(error))) throw error;
    }
    return query();
  }
}
