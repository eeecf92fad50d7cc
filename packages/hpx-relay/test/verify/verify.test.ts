import { hashOf, type LogRecord, type RelayLog, verify, type VerifyOptions, type VerifyReport } from "hpx-relay";
import { expect, test } from "vitest";
import { SeenIds } from "../../src/verify/seen.js";
import { messageOf } from "../support.js";

const record = (n: number, changes: Partial<LogRecord> = {}): LogRecord => ({
  ...messageOf(n),
  data: Buffer.from(`event ${n}`),
  source: "a",
  pos: n,
  ...changes,
});

/** Verifies a log that has just these records. */
async function check(records: readonly LogRecord[], options: VerifyOptions = {}): Promise<VerifyReport> {
  const log = {
    async *read({ source }: { source?: string }) {
      for (const each of records) if (source === undefined || each.source === source) yield [each];
    },
  };
  return await verify(log as unknown as RelayLog, options);
}

const fine = { lost: 0, doubled: 0, damaged: 0, faults: [] };
const marker = (n: number, kind: LogRecord["kind"]): LogRecord =>
  record(n, { kind, data: new Uint8Array(), facts: "{}" });

test("a log of two sources without a fault", async () => {
  const records = [record(1), record(1, { source: "b" }), record(2), record(2, { source: "b" }), record(3)];
  expect(await check(records)).toMatchObject({ ...fine, events: 5, sources: 2, gaps: 0 });
});

test("a log that begins in the middle, as it does where old messages were deleted", async () => {
  expect(await check([record(41), record(42)])).toMatchObject({ ...fine, events: 2 });
});

test("markers are counted and are no events", async () => {
  const records = [
    record(1),
    marker(1, "gap"),
    marker(1, "rewind"),
    record(2),
    marker(2, "cursor"),
    marker(2, "reset"),
    record(3),
  ];
  expect(await check(records)).toMatchObject({ ...fine, events: 3, gaps: 1, rewinds: 1, resets: 1 });
});

test.each([
  [
    "a hole in the numbers",
    [record(1), record(4, { id: "2" })],
    { lost: 2 },
    "a, position 4: lost 2: number 4 follows 1",
  ],
  ["a hole before a marker", [record(1), marker(3, "gap")], { lost: 2 }, "number 3 follows 1"],
  ["a number twice", [record(1), record(2), record(2, { id: "3" })], { doubled: 1 }, "number 2 follows 2"],
  [
    "an event twice under two numbers",
    [record(1), record(2), { ...record(1), n: 3, pos: 3 }],
    { doubled: 1 },
    'the id "1" came before',
  ],
  [
    "data that changed",
    [record(1), record(2, { data: Buffer.from("event 3") })],
    { damaged: 1 },
    "does not match its hash",
  ],
  ["an event type that changed", [record(1, { event: "other" })], { damaged: 1 }, "does not match its hash"],
  [
    "a place after an id that is wrong",
    [record(1), record(2, { id: "1", after: 2 })],
    { damaged: 1 },
    'event 2 after the id "1", in place of 1',
  ],
])("%s is found, with its place", async (_, records, counts, fault) => {
  const report = await check(records);
  expect(report).toMatchObject({ lost: 0, doubled: 0, damaged: 0, ...counts });
  expect(report.faults.join()).toContain(fault);
});

test("a hole in ids that count is a loss, unless a marker says so", async () => {
  const numeric = new Set(["a"]);
  const hole = record(2, { id: "5" });
  expect(await check([record(1), hole], { numeric })).toMatchObject({ lost: 3 });
  expect(await check([record(1), hole])).toMatchObject(fine);
  expect(await check([record(1), marker(1, "gap"), hole], { numeric })).toMatchObject({ ...fine, gaps: 1 });
  expect(await check([record(1, { id: "9" }), record(2, { id: "3" })], { numeric })).toMatchObject({ doubled: 1 });
});

test("an id may come again with other content, or after a reset", async () => {
  const other = Buffer.from("other");
  const changed = record(3, { id: "1", data: other, hash: hashOf("message", other) });
  expect(await check([record(1), record(2), changed])).toMatchObject(fine);
  expect(await check([record(1), record(2), marker(2, "reset"), { ...record(1), n: 3 }])).toMatchObject(fine);
  expect(await check([record(1), marker(1, "reset"), { ...record(1), n: 2 }])).toMatchObject(fine);
});

test("of the ids that came, at least a window of the newest is remembered, and at most two", () => {
  const seen = new SeenIds(3);
  const long = (n: number): string => `${"x".repeat(100)}${n}`;
  for (const idOf of [String, long]) {
    for (let n = 1; n <= 8; n += 1) expect(seen.add(idOf(n), `hash ${n}`)).toBe(false);
    for (const n of [6, 7, 8, 4]) expect(seen.add(idOf(n), `hash ${n}`)).toBe(true);
    expect(seen.add(idOf(2), "hash 2")).toBe(false);
    expect(seen.add(idOf(8), "another hash")).toBe(false);
    seen.clear();
    expect(seen.add(idOf(8), "another hash")).toBe(false);
    seen.clear();
  }
});

test("one source, and what follows an id", async () => {
  const records = [record(1), record(1, { source: "b" }), record(5), record(6), record(7)];
  expect(await check(records)).toMatchObject({ lost: 3 });
  expect(await check(records, { source: "b" })).toMatchObject({ ...fine, events: 1 });
  expect(await check(records, { source: "a", since: "5" })).toMatchObject({ ...fine, events: 2 });
});

test("only the first 20 faults are told, and all are counted", async () => {
  const records = Array.from({ length: 50 }, (_, index) => record(index * 2 + 1));
  const report = await check(records);
  expect(report.lost).toBe(49);
  expect(report.faults).toHaveLength(20);
});
