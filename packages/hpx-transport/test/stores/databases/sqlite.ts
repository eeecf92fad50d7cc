import BetterSqlite from "better-sqlite3";
import { SqliteCursorStore, type SqliteDatabase } from "hpx-transport/durable/sqlite";
import type { OpenedStore } from "../../durable/processes/open-store.js";

export type Handle = SqliteDatabase & { close(): unknown };

/** A handle of node:sqlite, where this Node has it: from Node 22.13. */
export function nodeSqlite(path: string): Handle {
  // `import "node:sqlite"` would need the types of a later Node.
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite" as "node:module") as unknown as {
    readonly DatabaseSync: new (path: string) => Handle;
  };
  return new DatabaseSync(path);
}

export function betterSqlite(path: string): Handle {
  return new BetterSqlite(path);
}

/** A store, a ledger and transactions over `database`. */
export function openedSqlite(database: Handle): OpenedStore {
  database.exec("pragma busy_timeout = 10000; pragma journal_mode = wal; pragma synchronous = full");
  database.exec("create table if not exists ledger (place integer primary key, id text not null)");
  const add = async (id: string): Promise<void> => void database.prepare("insert into ledger (id) values (?)").run(id);
  let isOpen = true;
  return {
    store: new SqliteCursorStore(database),
    async transaction(work) {
      database.exec("begin immediate");
      try {
        await work(database, add);
      } catch (error) {
        database.exec("rollback");
        throw error;
      }
      database.exec("commit");
    },
    ledger: {
      add,
      read: async () => {
        const all = "select json_group_array(id) as ids from (select id from ledger order by place)";
        return JSON.parse((database.prepare(all).get() as { ids: string }).ids) as string[];
      },
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
