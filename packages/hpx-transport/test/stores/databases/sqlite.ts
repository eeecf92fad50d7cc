import BetterSqlite from "better-sqlite3";
import { SqliteCursorStore, type SqliteDatabase } from "hpx-transport/durable/sqlite";
import type { OpenedDatabase } from "./opened-database.js";

type Handle = SqliteDatabase & { close(): unknown };

// `import "node:sqlite"` would need the types of a later Node.
const { DatabaseSync } = process.getBuiltinModule("node:sqlite" as "node:module") as unknown as {
  readonly DatabaseSync: new (path: string) => Handle;
};

/** Opens the file with node:sqlite. */
export async function openNodeSqlite(path: string): Promise<OpenedDatabase> {
  return openedWith(new DatabaseSync(path));
}

/** Opens the file with better-sqlite3. */
export async function openBetterSqlite(path: string): Promise<OpenedDatabase> {
  return openedWith(new BetterSqlite(path));
}

function openedWith(database: Handle): OpenedDatabase {
  database.exec("pragma busy_timeout = 10000; pragma journal_mode = wal; pragma synchronous = full");
  database.exec("create table if not exists ledger (place integer primary key, id text not null)");
  let isOpen = true;
  return {
    store: new SqliteCursorStore(database),
    async transaction(work) {
      database.exec("begin immediate");
      try {
        await work(database, async (id) => void database.prepare("insert into ledger (id) values (?)").run(id));
      } catch (error) {
        database.exec("rollback");
        throw error;
      }
      database.exec("commit");
    },
    ledger: async () => {
      const all = "select json_group_array(id) as ids from (select id from ledger order by place)";
      return JSON.parse((database.prepare(all).get() as { ids: string }).ids) as string[];
    },
    damage: async (name) => {
      database.prepare("update hpx_cursors set record = '{' where name = ?").run(name);
    },
    close: async () => {
      if (isOpen) database.close();
      isOpen = false;
    },
  };
}
