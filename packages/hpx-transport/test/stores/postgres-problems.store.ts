import { PostgresCursorStore } from "hpx-transport/durable/postgres";
import type { Claim } from "hpx-transport/durable";
import { Pool, type PoolClient } from "pg";
import { expect, onTestFinished, test } from "vitest";
import { recordOf } from "../durable/stores/conformance.js";
import { rejection } from "../support/promises.js";
import { newDatabase, postgresServer, urlOf } from "./servers/postgres.js";
import { sharedServer } from "./servers/server.js";

const server = sharedServer(postgresServer);
const lasting = { code: "CURSOR_STORE", retryable: false, details: { name: "a", operation: "claim" } };

async function newPool(url?: string): Promise<Pool> {
  const pool = new Pool({ connectionString: url ?? (await newDatabase(server().port)), max: 5 });
  pool.on("error", () => {});
  onTestFinished(() => pool.end());
  return pool;
}

async function claimed(): Promise<{ pool: Pool; store: PostgresCursorStore; claim: Claim }> {
  const pool = await newPool();
  const store = new PostgresCursorStore(pool);
  const claim = await store.claim("a");
  await store.save("a", recordOf("a", claim, 1), claim);
  return { pool, store, claim };
}

/** A transaction that the test ends; it is rolled back with the test. */
async function transaction(pool: Pool): Promise<PoolClient> {
  const client = await pool.connect();
  onTestFinished(() => client.release(true));
  await client.query("begin");
  return client;
}

/** Resolves when a session of the database waits for a lock. */
async function someoneWaits(pool: Pool): Promise<void> {
  const waits = "select count(*)::int as n from pg_locks where not granted";
  await expect.poll(async () => (await pool.query<{ n: number }>(waits)).rows[0]?.n, { timeout: 10_000 }).toBe(1);
}

test("a claim waits for a transaction with saveIn, and has what it committed", async () => {
  const { pool, store, claim } = await claimed();
  const tx = await transaction(pool);
  await store.saveIn(tx, "a", recordOf("a", claim, 2), claim);
  const second = store.claim("a");
  await someoneWaits(pool);
  await tx.query("commit");
  expect(await second).toMatchObject({ epoch: 2, record: { version: 2 } });
});

test("a claim has the record before a transaction that is rolled back", async () => {
  const { pool, store, claim } = await claimed();
  const tx = await transaction(pool);
  await store.saveIn(tx, "a", recordOf("a", claim, 2), claim);
  const second = store.claim("a");
  await someoneWaits(pool);
  await tx.query("rollback");
  expect(await second).toMatchObject({ epoch: 2, record: { version: 1 } });
});

test.each(["read committed", "repeatable read", "serializable"])(
  "saveIn is refused after another claim, with %s also: the caller rolls its work back",
  async (level) => {
    const { pool, store, claim } = await claimed();
    await pool.query("create table work (id text)");
    const tx = await transaction(pool);
    await tx.query(`set transaction isolation level ${level}`);
    await tx.query("insert into work values ('twice')");
    await store.claim("a");
    const error = await rejection(store.saveIn(tx, "a", recordOf("a", claim, 2), claim));
    // A snapshot from before the claim does not see it: PostgreSQL refuses the update.
    if (level === "read committed") expect(error).toMatchObject({ code: "CURSOR_FENCED" });
    else expect(error).toMatchObject({ cause: { code: "40001" } });
    await tx.query("rollback");
    expect((await pool.query("select * from work")).rows).toEqual([]);
    expect((await store.claim("a")).record).toMatchObject({ version: 1 });
  },
);

test("after a rollback a later saveIn is valid", async () => {
  const { pool, store, claim } = await claimed();
  const first = await transaction(pool);
  await store.saveIn(first, "a", recordOf("a", claim, 2), claim);
  await first.query("rollback");
  const second = await transaction(pool);
  await store.saveIn(second, "a", recordOf("a", claim, 3), claim);
  await second.query("commit");
  expect((await store.claim("a")).record).toMatchObject({ version: 3 });
});

test("a read-only database refuses the save with what to do, and it can be tried again", async () => {
  const { pool, store, claim } = await claimed();
  const { rows } = await pool.query<{ name: string }>("select current_database() as name");
  await pool.query(`alter database ${rows[0]?.name} set default_transaction_read_only = on`);
  const reader = await newPool(urlOf(server().port, rows[0]?.name ?? ""));
  const error = await rejection(new PostgresCursorStore(reader).save("a", recordOf("a", claim, 2), claim));
  expect(String(error)).toMatch(/PostgresCursorStore "hpx_cursors": the server, or the transaction, is read-only/);
  expect(await rejection(new PostgresCursorStore(reader).claim("a"))).toMatchObject({ ...lasting, retryable: true });
  await store.save("a", recordOf("a", claim, 2), claim);
});

test("a full disk refuses the save with what to do; the record before it stays", async () => {
  const { pool, store, claim } = await claimed();
  await pool.query(`create function full_disk() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$`);
  await pool.query("create trigger full_disk before update on hpx_cursors for each row execute function full_disk()");
  const error = await rejection(store.save("a", recordOf("a", claim, 2), claim));
  expect(String(error)).toMatch(/the disk of the server is full; free space on it/);
  await pool.query("drop trigger full_disk on hpx_cursors");
  expect((await store.claim("a")).record).toMatchObject({ version: 1 });
});

test("a user without rights on the table is an error at once; one that may not make tables needs none", async () => {
  const { pool, store, claim } = await claimed();
  const { rows } = await pool.query<{ name: string }>("select current_database() as name");
  const user = `u${rows[0]?.name}`;
  await pool.query(`create role ${user} login; revoke create on schema public from public`);
  const theirs = new PostgresCursorStore(await newPool(urlOf(server().port, rows[0]?.name ?? "", user)));
  const error = await rejection(theirs.claim("a"));
  expect(error).toMatchObject(lasting);
  expect(String(error)).toMatch(/the user lacks the rights; grant insert, select and update on the table/);
  await pool.query(`grant insert, select, update on hpx_cursors to ${user}`);
  expect(await theirs.claim("a")).toMatchObject({ epoch: 2, record: { version: 1 } });
  expect(await rejection(store.save("a", recordOf("a", claim, 2), claim))).toMatchObject({ code: "CURSOR_FENCED" });
});

test.each(["(id text)", "(name text, epoch bigint, version bigint, record text)", "(name text primary key, n int)"])(
  "a table %s of somebody else's is an error at once",
  async (columns) => {
    const pool = await newPool();
    await pool.query(`create table hpx_cursors ${columns}`);
    const error = await rejection(new PostgresCursorStore(pool).claim("a"));
    expect(error).toMatchObject(lasting);
    expect(String(error)).toMatch(
      /the table cannot be used; it needs the columns name .* the option table another name/,
    );
  },
);

test("a schema that is not there, a NUL in the name, a refused login are errors at once", async () => {
  const pool = await newPool();
  const schema = await rejection(new PostgresCursorStore(pool, { table: "other.cursors" }).claim("a"));
  expect(schema).toMatchObject(lasting);
  expect(String(schema)).toMatch(/the schema does not exist; make it, or change the option table/);
  await pool.query("create schema other");
  expect(await new PostgresCursorStore(pool, { table: "other.cursors" }).claim("a")).toMatchObject({ epoch: 1 });
  expect(String(await rejection(new PostgresCursorStore(pool).claim("a\0b")))).toMatch(/cannot have the character NUL/);
  const stranger = await newPool(urlOf(server().port, "postgres", "stranger"));
  const login = await rejection(new PostgresCursorStore(stranger).claim("a"));
  expect(login).toMatchObject(lasting);
  expect(String(login)).toMatch(/the server refused the login/);
});

test("a record that is deleted, or put back, under a claim is told; it is no other consumer", async () => {
  const { pool, store } = await claimed();
  const second = await store.claim("a");
  await pool.query("update hpx_cursors set epoch = 1");
  const older = await rejection(store.save("a", recordOf("a", second, 2), second));
  expect(String(older)).toMatch(/the record of "a" is older than this claim/);
  await pool.query("delete from hpx_cursors");
  const gone = await rejection(store.save("a", recordOf("a", second, 2), second));
  expect(String(gone)).toMatch(/the record of "a" is gone: it was deleted, or the server lost its last writes/);
});

test("many that claim at once make the table once", async () => {
  const pool = await newPool();
  const stores = Array.from({ length: 5 }, () => new PostgresCursorStore(pool));
  const claims = await Promise.all(stores.map((store, index) => store.claim(`name ${index}`)));
  expect(claims.map(({ epoch }) => epoch)).toEqual([1, 1, 1, 1, 1]);
});
