import { Pool } from "pg";
import postgres from "postgres";
import { PostgresCursorStore } from "hpx-transport/durable/postgres";
import type { OpenedStore } from "../../durable/processes/open-store.js";

const LEDGER = "create table if not exists ledger (place serial primary key, id text not null)";
const ADD = "insert into ledger (id) values ($1)";
const READ = "select id from ledger order by place";
const DAMAGE = "update hpx_cursors set record = '{' where name = $1";

/** Makes the table of the ledger; two at the same moment get into each other's way. */
async function ledgerBy(make: () => PromiseLike<unknown>): Promise<void> {
  await make().then(undefined, make);
}

/** A store over a pool of the package pg. */
export async function openPg(url: string): Promise<OpenedStore> {
  const pool = new Pool({ connectionString: url, max: 5 });
  // A connection that breaks while it is idle.
  pool.on("error", () => {});
  await ledgerBy(() => pool.query(LEDGER));
  return {
    store: new PostgresCursorStore(pool),
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query("begin");
        await work(client, async (id) => void (await client.query(ADD, [id])));
        await client.query("commit");
      } catch (error) {
        await client.query("rollback");
        throw error;
      } finally {
        client.release();
      }
    },
    ledger: {
      add: async (id) => void (await pool.query(ADD, [id])),
      read: async () => (await pool.query<{ id: string }>(READ)).rows.map(({ id }) => id),
    },
    damage: async (name) => void (await pool.query(DAMAGE, [name])),
    close: () => pool.end(),
  };
}

/** A store over `sql` of the package postgres. */
export async function openPostgresJs(url: string): Promise<OpenedStore> {
  const sql = postgres(url, { max: 5, onnotice: () => {} });
  await ledgerBy(() => sql.unsafe(LEDGER));
  return {
    store: new PostgresCursorStore(sql),
    async transaction(work) {
      await sql.begin(async (tx) => {
        await work(tx, async (id) => void (await tx.unsafe(ADD, [id])));
      });
    },
    ledger: {
      add: async (id) => void (await sql.unsafe(ADD, [id])),
      read: async () => (await sql.unsafe<{ id: string }[]>(READ)).map(({ id }) => id),
    },
    damage: async (name) => void (await sql.unsafe(DAMAGE, [name])),
    close: () => sql.end({ timeout: 5 }),
  };
}
