import { NatsCursorStore } from "hpx-transport/durable/nats";
import { PostgresCursorStore } from "hpx-transport/durable/postgres";
import { RedisCursorStore } from "hpx-transport/durable/redis";
import { SqliteCursorStore } from "hpx-transport/durable/sqlite";
import { expect, test } from "vitest";

const method = (): never => {
  throw new Error("not called");
};
const database = { exec: method, prepare: method };
const pool = { query: method };
const client = { eval: method };

test.each([
  [
    "a table with a space",
    () => new SqliteCursorStore(database, { table: "my cursors" }),
    'table: "my cursors" cannot',
  ],
  ["a table with a quote", () => new PostgresCursorStore(pool, { table: 'a";drop' }), "it takes the name of a table"],
  ["an empty table", () => new PostgresCursorStore(pool, { table: "" }), 'table: "" cannot be used'],
  ["a table in three parts", () => new PostgresCursorStore(pool, { table: "a.b.c" }), "table"],
  ["a table that is no text", () => new SqliteCursorStore(database, { table: 5 as never }), "table: 5 cannot be used"],
  ["a misspelt option", () => new SqliteCursorStore(database, { tabel: "x" } as never), "did you mean table?"],
  ["a prefix that is no text", () => new RedisCursorStore(client, { prefix: 1 as never }), "prefix: 1 cannot be used"],
  ["a path in place of a handle", () => new SqliteCursorStore("a.db" as never), "database: a string cannot be used"],
  ["a handle without exec()", () => new SqliteCursorStore({} as never), "database: an object without exec()"],
  ["a URL in place of a pool", () => new PostgresCursorStore("postgres://user:secret@x/" as never), "pool: a string"],
  ["a client without query()", () => new PostgresCursorStore({} as never), "pool: an object without query()"],
  ["a client without eval()", () => new RedisCursorStore({} as never), "client: an object without eval()"],
  ["a bucket without get()", () => new NatsCursorStore({} as never), "kv: an object without get()"],
])("%s is CONFIG", (_, make, message) => {
  expect(make).toThrowError(expect.objectContaining({ code: "CONFIG", message: expect.stringContaining(message) }));
  expect(make).not.toThrowError(/secret/);
});
