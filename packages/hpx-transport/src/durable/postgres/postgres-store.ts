import { requireObject } from "../../checks/checkers.js";
import { TransportError } from "../../error.js";
import { type CursorRecord, readRecord } from "../record.js";
import type { Claim, TransactionalCursorStore } from "../store.js";
import { tableName } from "../sql/table-name.js";

/** The part of a pool or a client that is used: those of the package pg have it. */
export interface PostgresClient {
  /** Runs one statement with values. */
  query(
    text: string,
    values: unknown[],
  ): Promise<{
    /** What it returns. */
    readonly rows: readonly unknown[];
    /** How many rows it concerned. */
    readonly rowCount: number | null;
  }>;
}

/** Options of {@link PostgresCursorStore}. */
export interface PostgresCursorOptions {
  /**
   * The table, after its schema and a dot where wanted; letters, digits and `_`. It is made where it does not exist.
   *
   * @defaultValue `"hpx_cursors"`
   */
  table?: string | undefined;
}

/** PostgreSQL's codes for a table that does not exist, and for one that another session has just made. */
const UNDEFINED_TABLE = "42P01";
const MADE_BY_ANOTHER = new Set(["23505", "42P07", "42710"]);

/**
 * Keeps records in a table of a PostgreSQL database. A save is one `update`, as durable as the server's commits: with
 * `synchronous_commit = off` the last ones may be lost in a crash of the server, and come again. A name may not have the
 * character NUL, which PostgreSQL's text does not take.
 *
 * The table has the columns `name`, `epoch`, `version` and `record`, which is JSON as text.
 */
export class PostgresCursorStore implements TransactionalCursorStore<PostgresClient> {
  readonly #pool: PostgresClient;
  readonly #table: string;

  /**
   * `pool` is a pool, or a client that is used for nothing else: a transaction that is open on it would take in the store's
   * own saves. It stays yours: the store does not close it.
   *
   * @throws {TransportError} `CONFIG` where `pool` or an option cannot be used
   */
  constructor(pool: PostgresClient, options: PostgresCursorOptions = {}) {
    requireObject("pool", pool, "query");
    this.#pool = pool;
    this.#table = tableName(options.table);
  }

  /** As {@link CursorStore.claim}. @throws {TransportError} `CURSOR_STORE`; or an error of the client */
  async claim(name: string): Promise<Claim> {
    const claim =
      `insert into ${this.#table} as kept (name, epoch, version) values ($1, 1, 0) ` +
      `on conflict (name) do update set epoch = kept.epoch + 1 returning epoch, record`;
    const { rows } = await this.#withTable(() => this.#pool.query(claim, [name]));
    const { epoch, record } = rows[0] as { epoch: unknown; record: unknown };
    return { epoch: Number(epoch), record: record === null ? undefined : readRecord(name, record) };
  }

  /** As {@link CursorStore.save}. @throws {TransportError} `CURSOR_FENCED`; or an error of the client */
  async save(name: string, record: CursorRecord, claim: Claim): Promise<void> {
    await this.saveIn(this.#pool, name, record, claim);
  }

  /**
   * As {@link TransactionalCursorStore.saveIn}. `tx` is the client on which your transaction is open.
   *
   * @throws {TransportError} `CURSOR_FENCED`: roll back
   */
  async saveIn(tx: PostgresClient, name: string, record: CursorRecord, { epoch }: Claim): Promise<void> {
    const { version } = record;
    const update = `update ${this.#table} set version = $1, record = $2 where name = $3 and epoch = $4 and version < $1`;
    const { rowCount } = await tx.query(update, [version, JSON.stringify(record), name, epoch]);
    if (rowCount !== 0) return;
    // A later version is saved, or the name was claimed again.
    const { rows } = await tx.query(`select epoch from ${this.#table} where name = $1`, [name]);
    const { epoch: now } = (rows[0] ?? {}) as { epoch?: unknown };
    if (Number(now) !== epoch) throw TransportError.cursorFenced(name);
  }

  /** Makes the table only where it is missing: to make it needs a right that a program may not have. */
  async #withTable<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await query();
    } catch (error) {
      if (codeOf(error) !== UNDEFINED_TABLE) throw error;
    }
    const columns = "(name text primary key, epoch bigint not null, version bigint not null, record text)";
    try {
      await this.#pool.query(`create table if not exists ${this.#table} ${columns}`, []);
    } catch (error) {
      if (!MADE_BY_ANOTHER.has(codeOf(error))) throw error;
    }
    return query();
  }
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code);
}
