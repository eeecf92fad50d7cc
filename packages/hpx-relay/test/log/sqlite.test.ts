import { join } from "node:path";
import { SqliteLog } from "hpx-relay";
import { expect, onTestFinished, test } from "vitest";
import { loadDriver } from "../../src/log/sqlite/driver.js";
import { appendOf, messageOf, recordsOf, temporaryFolder, until } from "../support.js";
import { logConformance } from "./conformance.js";

async function open(path = join(temporaryFolder(), "relay.db"), options = {}): Promise<SqliteLog> {
  const log = await SqliteLog.open(path, options);
  onTestFinished(() => log.close());
  return log;
}

logConformance("SQLite", () => open());

test("a file is opened again with all that it has, and a reader beside the writer sees it grow", async () => {
  const path = join(temporaryFolder(), "relay.db");
  const first = await SqliteLog.open(path);
  await first.append([appendOf("a", 0, 1, 2)]);
  const reader = await open(path, { readOnly: true });
  expect(await recordsOf(reader)).toHaveLength(2);
  await first.append([appendOf("a", 2, 3)]);
  expect(await recordsOf(reader)).toHaveLength(3);
  await first.close();
  const second = await open(path);
  expect((await second.tails(["a"])).get("a")).toMatchObject({ pos: 3, n: 3 });
  expect(await second.append([appendOf("a", 3, 4)])).toEqual([4]);
});

test("a second writer is refused by name, and gets the file when the first is closed", async () => {
  const path = join(temporaryFolder(), "relay.db");
  const first = await SqliteLog.open(path);
  await expect(SqliteLog.open(path)).rejects.toMatchObject({
    code: "CONFIG",
    details: { field: "log" },
    message: expect.stringContaining(`sqlite:${path} cannot be used; another relay appends to this file`) as unknown,
  });
  await first.close();
  await open(path);
});

test.each([
  ["a folder that is not there", (folder: string) => join(folder, "no/relay.db")],
  ["a folder", (folder: string) => folder],
])("%s in place of a file is refused by name", async (_, path) => {
  await expect(SqliteLog.open(path(temporaryFolder()))).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("it takes the path of a log, in a folder that is there") as unknown,
  });
});

test("the table has the documented columns, and data of events is bytes in it, whatever it was before", async () => {
  const path = join(temporaryFolder(), "relay.db");
  const log = await open(path);
  const messages = ["text", "", Buffer.from("bytes")].map((data, n) => messageOf(n, { data }));
  await log.append([{ ...appendOf("a", 0), messages }]);
  const driver = await loadDriver();
  const database = driver(path, { readOnly: true });
  onTestFinished(() => database.close());
  const rows = database.prepare(
    "select pos, source, n, typeof(data) as type, cast(data as text) as data from messages",
  );
  expect(rows.all()).toEqual([
    { pos: 1, source: "a", n: 0, type: "blob", data: "text" },
    { pos: 2, source: "a", n: 1, type: "blob", data: "" },
    { pos: 3, source: "a", n: 2, type: "blob", data: "bytes" },
  ]);
});

test("large events are read in smaller pages, each in its place", async () => {
  const log = await open();
  const sizes = [1, 2, 1_500_000, 1_500_001, 1_500_002, 9_000_000, 3, 4];
  const all = sizes.map((size, index) => Buffer.alloc(size, String(index)));
  await log.append([{ ...appendOf("a", 0), messages: all.map((data, n) => messageOf(n, { data })) }]);
  const pages: number[][] = [];
  for await (const records of log.read({ source: "a" }, new AbortController().signal)) {
    pages.push(records.map(({ n }) => n));
    for (const { n, data } of records) expect(Buffer.compare(data, all[n] ?? Buffer.of())).toBe(0);
  }
  expect(pages).toEqual([[0, 1, 2, 3], [4], [5], [6, 7]]);
});

test("messages older than maxAge are deleted, but never the last one of a source", async () => {
  const path = join(temporaryFolder(), "relay.db");
  const old = await SqliteLog.open(path);
  const young = Array.from({ length: 10 }, (_, n) => messageOf(3000 + n, { at: Date.now() }));
  // More rows than one step looks at.
  const many = Array.from({ length: 2500 }, (_, index) => index + 1);
  await old.append([
    appendOf("quiet", 0, 1, 2, 3),
    appendOf("busy", 0, ...many),
    { ...appendOf("young", 0), messages: young },
  ]);
  await old.close();
  const driver = await loadDriver();
  const { Retention } = await import("../../src/log/sqlite/retention.js");
  const database = driver(path, { readOnly: false });
  const retention = new Retention(database, 60_000);
  onTestFinished(() => {
    retention.stop();
    database.close();
  });
  retention.sweep();
  const left = (): unknown => database.prepare("select source, count(*) as n from messages group by source").all();
  const expected = [
    { source: "busy", n: 1 },
    { source: "quiet", n: 1 },
    { source: "young", n: 10 },
  ];
  await until("old messages deleted", () => JSON.stringify(left()) === JSON.stringify(expected));
  expect((await (await open(path)).tails(["quiet"])).get("quiet")).toMatchObject({ n: 3 });
});
