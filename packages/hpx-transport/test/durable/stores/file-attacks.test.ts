import { execFileSync } from "node:child_process";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FileCursorStore } from "hpx-transport/durable/file";
import { expect, onTestFinished, test } from "vitest";
import { prompt, startServer, until } from "../../sse/support.js";
import { rejection } from "../../support/promises.js";
import { RemoteStore } from "../processes/remote-store.js";
import { cursorOver, events, next, open } from "../support.js";
import { recordOf } from "./conformance.js";
import { emptyFolder } from "./file-support.js";

function storeIn(folder: string): FileCursorStore {
  const store = new FileCursorStore(folder);
  onTestFinished(() => store.close());
  return store;
}

const NAMES = [
  "\n",
  "a\nhpx 00000000 00000000\n",
  '"',
  "\\",
  "__proto__",
  "constructor",
  "../../etc/passwd",
  "\u0000",
  "\u2028",
  "日本🙂",
  "\ud800",
  " ",
  "x".repeat(100_000),
];

test("names with odd characters are kept apart, over a restart and a compaction", async () => {
  const folder = await emptyFolder();
  const first = storeIn(folder);
  for (const [index, name] of NAMES.entries()) {
    const claim = await first.claim(name);
    await first.save(name, recordOf(name, claim, index + 1, { id: name }), claim);
  }
  await first.close();
  const second = storeIn(folder);
  for (const [index, name] of NAMES.entries()) {
    expect((await second.claim(name)).record).toMatchObject({ name, id: name, version: index + 1 });
  }
});

test.each([65_500, 65_535, 65_536, 65_537, 1_000_000])(
  "a record with an id of %i characters is kept whole",
  async (length) => {
    const folder = await emptyFolder();
    const store = storeIn(folder);
    const claim = await store.claim("a");
    const id = "é".repeat(length);
    await store.save("a", recordOf("a", claim, 1, { id }), claim);
    await store.close();
    expect((await storeIn(folder).claim("a")).record?.id === id).toBe(true);
  },
);

test("ten thousand names in one folder are claimed and saved together, and read again", async () => {
  const folder = await emptyFolder();
  const store = storeIn(folder);
  const names = Array.from({ length: 10_000 }, (_, index) => `stream ${index}`);
  await Promise.all(
    names.map(async (name) => {
      const claim = await store.claim(name);
      for (const version of [1, 2]) await store.save(name, recordOf(name, claim, version), claim);
    }),
  );
  await store.close();
  const other = storeIn(folder);
  const again = await Promise.all(names.map((name) => other.claim(name)));
  expect(again.every(({ epoch, record }) => epoch === 2 && record?.version === 2)).toBe(true);
});

test("a folder that is removed under a running store is made again, and others see the lock of the new one", async () => {
  const folder = await emptyFolder();
  const store = storeIn(folder);
  const claim = await store.claim("a");
  await store.save("a", recordOf("a", claim, 1), claim);
  // Beside it, so that the new folder surely has another inode, which is what the lock is named after.
  await mkdir(`${folder}.new`);
  await rm(folder, { recursive: true });
  await rename(`${folder}.new`, folder);
  await rejection(store.save("a", recordOf("a", claim, 2), claim));
  await store.save("a", recordOf("a", claim, 3), claim);
  const other = await RemoteStore.start({ kind: "file", place: folder });
  expect(await other.claim("b")).toMatchObject({ epoch: 1 });
  await store.save("a", recordOf("a", claim, 4), claim);
  expect(await other.claim("a")).toMatchObject({ epoch: 2, record: { version: 4 } });
});

test("a folder that is replaced by another one: the position in it is another one, and the first claim is fenced", async () => {
  const folder = await emptyFolder();
  const store = storeIn(folder);
  const claim = await store.claim("a");
  await store.save("a", recordOf("a", claim, 1), claim);
  await rename(folder, `${folder}.old`);
  onTestFinished(() => rm(`${folder}.old`, { recursive: true }));
  await mkdir(folder);
  const other = await RemoteStore.start({ kind: "file", place: folder });
  const later = await other.claim("a");
  await other.claim("a");
  await rejection(store.save("a", recordOf("a", claim, 2), claim));
  expect(await rejection(store.save("a", recordOf("a", claim, 3), claim))).toMatchObject({ code: "CURSOR_FENCED" });
  expect(later.epoch).toBe(1);
});

test("a connection goes on while its folder is away, and saves when it is back", async () => {
  const server = await startServer();
  server.reply(async (exchange) => {
    for (let id = 1; ; id += 1) {
      await exchange.send({ id: String(id), data: "x" });
      await exchange.delay(2);
    }
  });
  const folder = await emptyFolder();
  const cursor = cursorOver(storeIn(folder));
  const connection = open({ url: server.url, cursor });
  for (let n = 0; n < 20; n += 1) await next(connection);
  await until(() => cursor.position.saved > 0);
  await rm(folder, { recursive: true });
  await writeFile(folder, "a file in its place");
  for (let n = 0; n < 20; n += 1) await next(connection);
  await rm(folder);
  const { acknowledged } = cursor.position;
  while (cursor.position.saved <= acknowledged) await next(connection);
  expect((await stat(join(folder, "cursors.log"))).size).toBeGreaterThan(0);
});

const isRoot = process.platform === "linux" && process.getuid?.() === 0;

test.runIf(isRoot)(
  "a real full disk: saves fail with what to do, events flow, and saves go on when there is room",
  async () => {
    const folder = await emptyFolder();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder]);
    onTestFinished(() => void execFileSync("umount", ["-l", folder]));
    const store = storeIn(folder);
    const claim = await store.claim("a");
    await store.save("a", recordOf("a", claim, 1), claim);
    const filler = join(folder, "filler");
    await rejection(writeFile(filler, Buffer.alloc(1 << 20)));
    const fails: string[] = [];
    for (let version = 2; version < 60; version += 1) {
      await store.save("a", recordOf("a", claim, version), claim).catch((error: unknown) => fails.push(String(error)));
    }
    expect(fails.at(-1)).toContain(`FileCursorStore ${folder}: the disk is full; free space on it`);
    await rm(filler);
    await store.save("a", recordOf("a", claim, 100), claim);
    await store.close();
    const other = storeIn(folder);
    expect((await other.claim("a")).record).toMatchObject({ version: 100 });
    expect((await readdir(folder)).filter((name) => name.endsWith(".new"))).toEqual([]);
  },
);

test(
  "a holder that is stopped keeps a connection waiting, which begins when it goes on",
  { timeout: 40_000 },
  async () => {
    const server = await startServer();
    server.reply({ body: events(1, 1), finish: "hold" });
    const folder = await emptyFolder();
    const holder = await RemoteStore.start({ kind: "file", place: folder });
    await holder.claim("other");
    await holder.signal("SIGSTOP");
    const connection = open({
      url: server.url,
      cursor: cursorOver(storeIn(folder)),
      reconnect: prompt,
      openTimeout: 0,
    });
    await until(() => connection.state.status === "reconnecting");
    expect(connection.state).toMatchObject({
      error: { code: "CURSOR_STORE", message: new RegExp(`${holder.pid}|10000`) },
    });
    expect(server.requestCount).toBe(0);
    await holder.signal("SIGCONT");
    expect((await next(connection)).position).toBe(1);
  },
);
