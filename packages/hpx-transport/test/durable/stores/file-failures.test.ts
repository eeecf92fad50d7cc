import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { type FileHandle, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Claim } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";
import { afterEach, expect, test, vi } from "vitest";
import { rejection } from "../../support/promises.js";
import { recordOf } from "./conformance.js";
import { emptyFolder } from "./file-support.js";

afterEach(() => vi.restoreAllMocks());

/** The class of open files, whose methods fail as a disk does. */
async function fileHandle(): Promise<FileHandle> {
  const handle = await open(import.meta.filename, "r");
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: it failed`), { code });
}

async function claimed(folder: string): Promise<{ store: FileCursorStore; claim: Claim }> {
  const store = new FileCursorStore(folder);
  const claim = await store.claim("a");
  await store.save("a", recordOf("a", claim, 1), claim);
  return { store, claim };
}

test("a full disk rejects the save with what to do, and the next one is written after the part of it is gone", async () => {
  const folder = await emptyFolder();
  const { store, claim } = await claimed(folder);
  const write = fs.writeSync.bind(fs) as (file: number, data: Uint8Array) => number;
  const writing = vi.spyOn(fs, "writeSync").mockImplementationOnce(((file: number, data: Buffer) => {
    write(file, data.subarray(0, 50));
    throw failure("ENOSPC");
  }) as never);
  syncBuiltinESMExports();
  const error = await rejection(store.save("a", recordOf("a", claim, 2), claim));
  expect(String(error)).toContain(`FileCursorStore ${folder}: the disk is full; free space on it (ENOSPC`);
  writing.mockRestore();
  syncBuiltinESMExports();
  await store.save("a", recordOf("a", claim, 3), claim);
  await store.close();
  expect((await new FileCursorStore(folder).claim("a")).record).toMatchObject({ version: 3 });
});

test("after a failed sync nothing of the log is trusted: it is written anew, and synced, with the next save", async () => {
  const folder = await emptyFolder();
  const { store, claim } = await claimed(folder);
  const prototype = await fileHandle();
  vi.spyOn(prototype, "datasync").mockRejectedValueOnce(failure("EIO"));
  expect(String(await rejection(store.save("a", recordOf("a", claim, 2), claim)))).toMatch(/the disk failed/);
  const sync = vi.spyOn(prototype, "sync");
  await store.save("a", recordOf("a", claim, 3), claim);
  // The new file, and its folder.
  expect(sync).toHaveBeenCalledTimes(2);
  await store.close();
  expect((await new FileCursorStore(folder).claim("a")).record).toMatchObject({ version: 3 });
});

test("a compaction that fails leaves the log as it is, and saves go on", async () => {
  const folder = await emptyFolder();
  const { store, claim } = await claimed(folder);
  const prototype = await fileHandle();
  const sync = vi.spyOn(prototype, "sync").mockRejectedValue(failure("ENOSPC"));
  const remember = Array.from({ length: 5000 }, () => "0123456789abcdef");
  for (let version = 2; version <= 30; version += 1) {
    await store.save("a", recordOf("a", claim, version, { remember }), claim);
  }
  expect(sync.mock.calls.length).toBeGreaterThanOrEqual(1);
  vi.restoreAllMocks();
  await store.close();
  expect((await new FileCursorStore(folder).claim("a")).record).toMatchObject({ version: 30 });
});

test.each(["ENOTDIR", "EACCES"])("a folder that cannot be used is an error at once (%s)", async (code) => {
  const folder = await emptyFolder();
  const file = join(folder, "file");
  await writeFile(file, "");
  if (code === "EACCES") vi.spyOn(await fileHandle(), "appendFile").mockRejectedValue(failure("EACCES"));
  const store = new FileCursorStore(code === "EACCES" ? folder : join(file, "cursors"));
  const error = await rejection(store.claim("a"));
  expect(error).toMatchObject({ code: "CURSOR_STORE", retryable: false, details: { name: "a", operation: "claim" } });
  expect(String(error)).toMatch(/cursor "a": FileCursorStore .*use another folder/);
  await store.close();
});

test("a log that is deleted under a running store comes back with the next save that is tried", async () => {
  const folder = await emptyFolder();
  const { store, claim } = await claimed(folder);
  await rm(join(folder, "cursors.log"));
  expect(String(await rejection(store.save("a", recordOf("a", claim, 2), claim)))).toMatch(/cursors.log was removed/);
  await store.save("a", recordOf("a", claim, 3), claim);
  expect(await readFile(join(folder, "cursors.log"), "utf8")).toContain('"version":3');
  await store.close();
});

test("a save of one name does not fail because another one is fenced", async () => {
  const folder = await emptyFolder();
  const { store, claim } = await claimed(folder);
  const other = await store.claim("b");
  await store.claim("a");
  const outcomes = await Promise.allSettled([
    store.save("a", recordOf("a", claim, 2), claim),
    store.save("b", recordOf("b", other, 1), other),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  await store.close();
});

test.each([undefined, "", 1, null])("the folder %j is refused", (folder) => {
  expect(() => new FileCursorStore(folder as never)).toThrowError(expect.objectContaining({ code: "CONFIG" }));
});

test("a closed store says so", async () => {
  const { store, claim } = await claimed(await emptyFolder());
  await store.close();
  expect(String(await rejection(store.save("a", recordOf("a", claim, 2), claim)))).toMatch(/the store is closed/);
});
