import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DurableCursor, type Claim } from "hpx-transport/durable";
import { SqliteCursorStore } from "hpx-transport/durable/sqlite";
import { expect, onTestFinished, test } from "vitest";
import { emptyFolder } from "../durable/stores/file-support.js";
import { recordOf } from "../durable/stores/conformance.js";
import { events, next, open } from "../durable/support.js";
import { startServer } from "../sse/support.js";
import { rejection } from "../support/promises.js";
import { betterSqlite, type Handle, nodeSqlite } from "./databases/sqlite.js";

/** node:sqlite where this Node has it, and better-sqlite3 elsewhere: `npm run test:stores` runs this file with both. */
function handle(path: string): Handle {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const database = major > 22 || (major === 22 && minor >= 13) ? nodeSqlite(path) : betterSqlite(path);
  onTestFinished(() => {
    try {
      database.close();
    } catch {
      // The test has closed it.
    }
  });
  return database;
}

const file = async (): Promise<string> => join(await emptyFolder(), "test.db");

async function claimed(): Promise<{ path: string; database: Handle; store: SqliteCursorStore; claim: Claim }> {
  const path = await file();
  const database = handle(path);
  const store = new SqliteCursorStore(database);
  const claim = await store.claim("a");
  await store.save("a", recordOf("a", claim, 1), claim);
  return { path, database, store, claim };
}

const lasting = { code: "CURSOR_STORE", retryable: false, details: { name: "a", operation: "claim" } };

test("a save within a transaction of the caller's is refused, and does not become a part of it", async () => {
  const { database, store, claim } = await claimed();
  database.exec("begin");
  const error = await rejection(store.save("a", recordOf("a", claim, 2), claim));
  expect(String(error)).toMatch(/^Error: SqliteCursorStore "hpx_cursors": a transaction is open on the handle.*saveIn/);
  expect(await rejection(store.claim("a"))).toMatchObject({ ...lasting, retryable: true });
  database.exec("commit");
  await store.save("a", recordOf("a", claim, 2), claim);
  expect(await store.claim("a")).toMatchObject({ epoch: 2, record: { version: 2 } });
});

test("saveIn counts with the commit, and a rollback takes it back; a later one is valid", async () => {
  const { path, database, store, claim } = await claimed();
  database.exec("begin immediate");
  store.saveIn(database, "a", recordOf("a", claim, 2), claim);
  database.exec("rollback");
  expect((await new SqliteCursorStore(handle(path)).claim("b")).record).toBeUndefined();
  database.exec("begin immediate");
  store.saveIn(database, "a", recordOf("a", claim, 3), claim);
  database.exec("commit");
  expect((await new SqliteCursorStore(handle(path)).claim("a")).record).toMatchObject({ version: 3 });
});

test("saveIn is refused after another claim: the caller rolls its work back", async () => {
  const { path, database, store, claim } = await claimed();
  database.exec("create table work (id text)");
  await new SqliteCursorStore(handle(path)).claim("a");
  database.exec("begin immediate");
  database.exec("insert into work values ('twice')");
  expect(() => store.saveIn(database, "a", recordOf("a", claim, 2), claim)).toThrowError(
    expect.objectContaining({ code: "CURSOR_FENCED", retryable: false }),
  );
  database.exec("rollback");
  expect(database.prepare("select count(*) as n from work").get()).toMatchObject({ n: 0 });
});

test("another connection that writes is waited for as busy_timeout says; then the save is refused and can be tried again", async () => {
  const { path, database, store, claim } = await claimed();
  const other = handle(path);
  other.exec("begin immediate");
  database.exec("pragma busy_timeout = 20");
  const error = await rejection(store.save("a", recordOf("a", claim, 2), claim));
  expect(String(error)).toMatch(/another connection writes to the database; set pragma busy_timeout/);
  expect(await rejection(store.claim("a"))).toMatchObject({ ...lasting, retryable: true });
  other.exec("commit");
  await store.save("a", recordOf("a", claim, 2), claim);
});

test("a full disk refuses the save with what to do; the record before it stays, and the next save succeeds", async () => {
  const { path, database, store, claim } = await claimed();
  const remember = Array.from({ length: 5000 }, () => "0123456789abcdef");
  const { page_count: pages } = database.prepare("pragma page_count").get() as { page_count: number };
  database.exec(`pragma max_page_count = ${pages}`);
  const error = await rejection(store.save("a", recordOf("a", claim, 2, { remember }), claim));
  expect(String(error)).toMatch(/SqliteCursorStore "hpx_cursors": the disk is full.*free space/);
  expect((await new SqliteCursorStore(handle(path)).claim("b")).record).toBeUndefined();
  database.exec(`pragma max_page_count = ${pages + 100}`);
  await store.save("a", recordOf("a", claim, 3, { remember }), claim);
  expect((await store.claim("a")).record).toMatchObject({ version: 3 });
});

test("a database that cannot be written to is an error at once", async () => {
  const { database, store, claim } = await claimed();
  database.exec("pragma query_only = on");
  const error = await rejection(store.claim("a"));
  expect(error).toMatchObject(lasting);
  expect(String(error)).toMatch(/cursor "a": SqliteCursorStore "hpx_cursors": the database is read-only/);
  expect(String(await rejection(store.save("a", recordOf("a", claim, 2), claim)))).toMatch(/the database is read-only/);
  database.exec("pragma query_only = off");
  await store.save("a", recordOf("a", claim, 2), claim);
});

test("a file that is no database, and a closed handle, are errors at once", async () => {
  const path = await file();
  await writeFile(path, "no database, whatever its name says; ".repeat(100));
  const error = await rejection(new SqliteCursorStore(handle(path)).claim("a"));
  expect(error).toMatchObject(lasting);
  expect(String(error)).toMatch(/the file is damaged, or is no database; restore it/);
  const { database, store } = await claimed();
  database.close();
  const closed = await rejection(store.claim("a"));
  expect(closed).toMatchObject(lasting);
  expect(String(closed)).toMatch(/the handle is closed/);
});

test.each([
  "(id text)",
  "(name text, epoch integer, version integer, record text)",
  "(name text primary key, n integer)",
])("a table %s of somebody else's is an error at once, and is left as it was", async (columns) => {
  const database = handle(await file());
  database.exec(`create table hpx_cursors ${columns}`);
  const error = await rejection(new SqliteCursorStore(database).claim("a"));
  expect(error).toMatchObject(lasting);
  expect(String(error)).toMatch(/the table cannot be used; it needs the columns name .* the option table another name/);
  expect(database.prepare("select count(*) as n from hpx_cursors").get()).toMatchObject({ n: 0 });
});

test("the table may have another name, and be in an attached database", async () => {
  const path = await file();
  const database = handle(await file());
  database.exec(`attach '${path}' as kept`);
  const store = new SqliteCursorStore(database, { table: "kept.positions" });
  const claim = await store.claim("a");
  await store.save("a", recordOf("a", claim, 1), claim);
  expect(await new SqliteCursorStore(handle(path), { table: "positions" }).claim("a")).toMatchObject({
    epoch: 2,
    record: { version: 1 },
  });
});

test("a record that is deleted or put back under a claim is told; it is no other consumer", async () => {
  const { database, store, claim } = await claimed();
  const second = await store.claim("a");
  database.exec("update hpx_cursors set epoch = 1");
  const older = await rejection(store.save("a", recordOf("a", second, 2), second));
  expect(String(older)).toMatch(/the record of "a" is older than this claim: it was deleted, or the server lost/);
  database.exec("delete from hpx_cursors");
  expect(String(await rejection(store.save("a", recordOf("a", claim, 2), claim)))).toMatch(/the record of "a" is gone/);
});

test("a consumer that works in transactions leaves nothing to be saved by itself", async () => {
  const { database, store } = await claimed();
  database.exec("create table work (id text)");
  const server = await startServer();
  server.reply({ body: events(1, 3), finish: "hold" });
  const cursor = new DurableCursor({ name: "b", store, saveEvery: 1 });
  const connection = open({ url: server.url, cursor });
  for (let n = 1; n <= 3; n += 1) {
    const event = await next(connection);
    database.exec("begin immediate");
    database.prepare("insert into work values (?)").run(event.id);
    await cursor.saveIn(database, event);
    expect(cursor.position.saved).toBe(n);
    database.exec("commit");
  }
  await connection.close();
  expect((await store.claim("b")).record).toMatchObject({ n: 3, version: 3, id: "3" });
});
