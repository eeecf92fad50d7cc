import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CursorStore } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";
import { expect, onTestFinished, test } from "vitest";
import { PidFileLock } from "../../../src/durable/file/pid-file-lock.js";
import { SocketLock } from "../../../src/durable/file/socket-lock.js";
import { rejection } from "../../support/promises.js";
import { recordOf } from "./conformance.js";
import { emptyFolder, storeAlone } from "./file-support.js";
import { RemoteStore } from "../processes/remote-store.js";

/** A process that holds the lock of the folder: it claimed and saved the name `a`. */
async function holder(folder: string): Promise<RemoteStore> {
  const store = await RemoteStore.start({ kind: "file", place: folder });
  const claim = await store.claim("a");
  await store.save("a", recordOf("a", claim, 1), claim);
  return store;
}

function here(folder: string): CursorStore {
  const store = new FileCursorStore(folder);
  onTestFinished(() => store.close());
  return store;
}

test("two processes write in turn, each to its own name, and see what the other one wrote", async () => {
  const folder = await emptyFolder();
  const stores = [await RemoteStore.start({ kind: "file", place: folder }), here(folder)];
  await Promise.all(
    stores.map(async (store, index) => {
      const name = `n${index}`;
      const claim = await store.claim(name);
      for (let version = 1; version <= 50; version += 1) await store.save(name, recordOf(name, claim, version), claim);
    }),
  );
  for (const name of ["n0", "n1"]) {
    for (const store of stores) expect((await store.claim(name)).record).toMatchObject({ version: 50 });
  }
});

test("a second process that claims the name gets on; the first is fenced at its next save", async () => {
  const folder = await emptyFolder();
  const first = await RemoteStore.start({ kind: "file", place: folder });
  const claim = await first.claim("a");
  await first.save("a", recordOf("a", claim, 1), claim);
  const second = here(folder);
  const later = await second.claim("a");
  expect(later).toMatchObject({ epoch: 2, record: { version: 1 } });
  expect(await rejection(first.save("a", recordOf("a", claim, 2), claim))).toMatchObject({ code: "CURSOR_FENCED" });
  await second.save("a", recordOf("a", later, 2), later);
});

test("the lock of a process that is killed is free at once", async () => {
  const folder = await emptyFolder();
  const first = await holder(folder);
  await first.signal("SIGKILL");
  expect((await here(folder).claim("a")).record).toMatchObject({ version: 1 });
});

test("a process that waits for a holder is woken by its death", async () => {
  const folder = await emptyFolder();
  const first = await holder(folder);
  await first.signal("SIGSTOP");
  const claiming = here(folder).claim("a");
  await first.signal("SIGKILL");
  expect((await claiming).record).toMatchObject({ version: 1 });
});

test("a holder that is stopped is waited for, and then named in the error; a later try succeeds", async () => {
  const folder = await emptyFolder();
  const first = await holder(folder);
  await first.signal("SIGSTOP");
  const store = storeAlone(folder, () => SocketLock.of(folder, 300));
  const message = `process ${first.pid} holds the folder and did not let go of it within 0.3 s`;
  expect(String(await rejection(store.claim("a")))).toContain(message);
  await first.signal("SIGCONT");
  expect((await store.claim("a")).record).toMatchObject({ version: 1 });
});

test("a process that does not see the lock is found out, and its claim counts", async () => {
  const folder = await emptyFolder();
  const [one, other] = [storeAlone(folder), storeAlone(folder, async () => new PidFileLock(folder))];
  const claim = await one.claim("a");
  const second = await other.claim("a");
  expect(String(await rejection(one.save("a", recordOf("a", claim, 1), claim)))).toMatch(/does not see the lock/);
  expect(await rejection(one.save("a", recordOf("a", claim, 2), claim))).toMatchObject({ code: "CURSOR_FENCED" });
  expect(second.record).toBeUndefined();
});

test("a pid file of a process that is gone is taken over; one of a living process is waited for", async () => {
  const folder = await emptyFolder();
  const makeLock = async (): Promise<PidFileLock> => new PidFileLock(folder, 300);
  const gone = await RemoteStore.start({ kind: "file", place: folder });
  await gone.signal("SIGKILL");
  await writeFile(join(folder, "cursors.lock"), String(gone.pid));
  const store = storeAlone(folder, makeLock);
  await store.claim("a");
  await store.close?.();
  await writeFile(join(folder, "cursors.lock"), String(process.pid));
  const error = await rejection(storeAlone(folder, makeLock).claim("a"));
  expect(String(error)).toMatch(new RegExp(`process ${process.pid} holds the folder.*delete cursors.lock`));
});
