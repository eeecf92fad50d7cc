import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../audit/row.js";
import type { LogUnderTest } from "./log-under-test.js";

/** Every fault of the file, for the plan. */
export const SQLITE_FAULTS = ["log: locked by another program"] as const;

/** What is used of better-sqlite3, or of Node's own SQLite. */
interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): { get(...values: unknown[]): unknown; iterate(): Iterable<unknown> };
  close(): void;
}

/** The columns as they are described; empty text for null. */
const ROWS = `select pos, source, n, event, id, after, at, hash, coalesce(kind, '') as kind, coalesce(facts, '') as facts,
  coalesce(tag, '') as tag, cast(data as text) as data from messages order by pos`;

/** A SQLite file. Its relay has it alone; everything else is done beside it, or while the relay is down. */
export class SqliteFile implements LogUnderTest {
  readonly url: string;
  readonly relays = 1;
  readonly #folder: string;
  readonly #path: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, "relay.db");
    this.url = `sqlite:${this.#path}`;
  }

  static async start(): Promise<SqliteFile> {
    return new SqliteFile(await mkdtemp(join(tmpdir(), "hpx-chaos-")));
  }

  async copy(): Promise<void> {
    // The relay was killed perhaps: this writes what is in the journal into the file.
    this.#withFile((database) => database.exec("pragma wal_checkpoint(truncate)"));
    await copyFile(this.#path, `${this.#path}.copy`);
  }

  async rollBack(): Promise<void> {
    await rm(`${this.#path}-wal`, { force: true });
    await rm(`${this.#path}-shm`, { force: true });
    await copyFile(`${this.#path}.copy`, this.#path);
  }

  async disturb(_fault: string, length: number): Promise<void> {
    const database = open(this.#path);
    try {
      database.exec("pragma busy_timeout = 5000");
      database.exec("begin immediate");
      await sleep(length);
      database.exec("rollback");
    } finally {
      database.close();
    }
  }

  async lastNumbers(sources: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#withFile((database) => {
      const last = database.prepare("select n from messages where source = ? order by pos desc limit 1");
      return new Map(sources.map((source) => [source, (last.get(source) as { n: number } | undefined)?.n ?? 0]));
    });
  }

  async *rows(): AsyncGenerator<Row> {
    const database = open(this.#path);
    try {
      for (const row of database.prepare(ROWS).iterate()) yield row as Row;
    } finally {
      database.close();
    }
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #withFile<T>(work: (database: Database) => T): T {
    const database = open(this.#path);
    try {
      database.exec("pragma busy_timeout = 5000");
      return work(database);
    } finally {
      database.close();
    }
  }
}

function open(path: string): Database {
  const require = createRequire(import.meta.url);
  try {
    return new (require("better-sqlite3") as new (path: string) => Database)(path);
  } catch {
    // Compiled for another version of Node, or left out.
    return new (require("node:sqlite") as { DatabaseSync: new (path: string) => Database }).DatabaseSync(path);
  }
}
