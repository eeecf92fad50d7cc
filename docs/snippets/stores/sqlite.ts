import { DatabaseSync } from "node:sqlite";
import { DurableCursor } from "hpx-transport/durable";
import { SqliteCursorStore } from "hpx-transport/durable/sqlite";
import { SseConnection } from "hpx-transport/sse";

const database = new DatabaseSync("fills.db");
database.exec("create table if not exists fills (id text primary key, data text not null)");
const insert = database.prepare("insert into fills (id, data) values (?, ?)");

const cursor = new DurableCursor({ name: "fills", store: new SqliteCursorStore(database) });
for await (const fills of SseConnection.open({ url: "https://example.com/fills", cursor }).batches()) {
  database.exec("begin immediate");
  try {
    for (const { id, data } of fills) insert.run(id, data);
    await cursor.saveIn(database, fills); // the fills and the position are one transaction: each counts once
    database.exec("commit");
  } catch (error) {
    database.exec("rollback");
    throw error; // leaves the loop: to go on would say that these fills are done
  }
}
console.log(database.prepare("select count(*) as fills from fills").get());
