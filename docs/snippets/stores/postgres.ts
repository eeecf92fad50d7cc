import pg from "pg";
import { DurableCursor } from "hpx-transport/durable";
import { PostgresCursorStore } from "hpx-transport/durable/postgres";
import { SseConnection } from "hpx-transport/sse";

const pool = new pg.Pool(); // PGHOST, PGDATABASE ...
await pool.query("create table if not exists fills (id text primary key, data text not null)");

const cursor = new DurableCursor({ name: "fills", store: new PostgresCursorStore(pool) });
for await (const fills of SseConnection.open({ url: "https://example.com/fills", cursor }).batches()) {
  const client = await pool.connect();
  try {
    await client.query("begin");
    for (const { id, data } of fills) await client.query("insert into fills values ($1, $2)", [id, data]);
    await cursor.saveIn(client, fills); // the fills and the position are one transaction: each counts once
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error; // leaves the loop: to go on would say that these fills are done
  } finally {
    client.release();
  }
}
console.log((await pool.query("select count(*)::int as fills from fills")).rows[0]);
await pool.end();
