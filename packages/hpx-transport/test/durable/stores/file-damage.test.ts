import { appendFile, copyFile, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FileCursorStore } from "hpx-transport/durable/file";
import { expect, test } from "vitest";
import { encodeFrame, scan } from "../../../src/durable/file/frame.js";
import { rejection } from "../../support/promises.js";
import { recordOf } from "./conformance.js";
import { emptyFolder } from "./file-support.js";

/** A folder with a log of `saves` records of the name `a`, and the log's length after each of them. */
async function written(saves: number): Promise<{ folder: string; log: string; lengths: number[] }> {
  const folder = await emptyFolder();
  const log = join(folder, "cursors.log");
  const store = new FileCursorStore(folder);
  const claim = await store.claim("a");
  const lengths: number[] = [];
  for (let version = 1; version <= saves; version += 1) {
    await store.save("a", recordOf("a", claim, version), claim);
    lengths.push((await readFile(log)).length);
  }
  await store.close();
  return { folder, log, lengths };
}

/** The version of the record that a new process finds. */
async function found(folder: string): Promise<number | undefined> {
  const store = new FileCursorStore(folder);
  try {
    return (await store.claim("a")).record?.version;
  } finally {
    await store.close();
  }
}

test("a log that ends within a write has the record before it, wherever it ends, and grows on from there", async () => {
  const { folder, log, lengths } = await written(3);
  const whole = await readFile(log);
  const [, second = 0, third = 0] = lengths;
  for (let length = second; length < third; length += 1) {
    await writeFile(log, whole.subarray(0, length));
    expect(await found(folder)).toBe(2);
    // The torn end is gone: the claim of this look follows the second record.
    expect(scan(await readFile(log))).toMatchObject({ damagedAt: undefined });
    expect(await found(folder)).toBe(2);
  }
});

test("zeros, or bytes of another file, after the last record are a torn write as well", async () => {
  const { folder, log } = await written(2);
  await appendFile(log, Buffer.alloc(5000));
  expect(await found(folder)).toBe(2);
  await appendFile(log, "hpx 00000010 00000000\nnot what it says\nhpx what");
  expect(await found(folder)).toBe(2);
});

test("a byte that is wrong before the last write is an error, which says where and what to do", async () => {
  const { folder, log, lengths } = await written(3);
  const bytes = await readFile(log);
  const place = (lengths[0] ?? 0) + 40;
  bytes[place] = 0;
  await writeFile(log, bytes);
  const error = await rejection(found(folder));
  expect(error).toMatchObject({ code: "CURSOR_STORE", retryable: false, details: { name: "a", operation: "claim" } });
  expect(String(error)).toContain(`FileCursorStore ${folder}: its log cursors.log is damaged: at byte ${lengths[0]}`);
  expect(String(error)).toMatch(/restore it from a copy, or delete it to start all names of the folder anew$/);
  // The log is left as it was found.
  expect(await readFile(log)).toEqual(bytes);
});

test.each([
  ["an empty file", Buffer.alloc(0)],
  ["a file of something else", Buffer.from("not ours")],
  ["a log whose beginning is torn", undefined],
])("%s in place of the log is an error, and no start from nothing", async (_, bytes) => {
  const { folder, log } = await written(1);
  if (bytes === undefined) await truncate(log, 30);
  else await writeFile(log, bytes);
  expect(await rejection(found(folder))).toMatchObject({ code: "CURSOR_STORE", retryable: false, message: /damaged/ });
});

test("a log of a later version is an error, which asks for an update", async () => {
  const { folder, log } = await written(1);
  await writeFile(log, encodeFrame([JSON.stringify({ format: "hpx-cursors", v: 2 })]));
  expect(await rejection(found(folder))).toMatchObject({ retryable: false, message: /update hpx-transport/ });
});

test("a log that is deleted starts anew; what a crash left of a compaction is written over", async () => {
  const { folder, log } = await written(2);
  await copyFile(log, `${log}.new`);
  await appendFile(`${log}.new`, "torn");
  expect(await found(folder)).toBe(2);
  await rm(log);
  expect(await found(folder)).toBeUndefined();
});

test("a log is compacted as it grows: it keeps the last record of each name, and its claim", async () => {
  const folder = await emptyFolder();
  const log = join(folder, "cursors.log");
  const store = new FileCursorStore(folder);
  const remember = Array.from({ length: 500 }, () => "0123456789abcdef");
  const quiet = await store.claim("quiet");
  await store.save("quiet", recordOf("quiet", quiet, 1), quiet);
  const claim = await store.claim("a");
  const sizes: number[] = [];
  for (let version = 1; version <= 400; version += 1) {
    await store.save("a", recordOf("a", claim, version, { remember }), claim);
    sizes.push((await readFile(log)).length);
  }
  // 400 records of 10 KB: never more than the limit and one record.
  expect(Math.max(...sizes)).toBeLessThan(1.1 * 1024 * 1024);
  expect(sizes.filter((size, index) => size < (sizes[index - 1] ?? 0)).length).toBeGreaterThanOrEqual(3);
  await store.close();
  const other = new FileCursorStore(folder);
  expect(await other.claim("a")).toMatchObject({ epoch: 2, record: { version: 400 } });
  expect(await other.claim("quiet")).toMatchObject({ epoch: 2, record: { version: 1 } });
  await other.close();
});

test("a log is compacted although each process writes little to it", async () => {
  const folder = await emptyFolder();
  const remember = Array.from({ length: 5000 }, () => "0123456789abcdef");
  for (let run = 1; run <= 15; run += 1) {
    const store = new FileCursorStore(folder);
    const claim = await store.claim("a");
    await store.save("a", recordOf("a", claim, run, { remember }), claim);
    await store.close();
  }
  // 15 records of 95 KB.
  expect((await readFile(join(folder, "cursors.log"))).length).toBeLessThan(1_100_000);
  expect(await found(folder)).toBe(15);
});
