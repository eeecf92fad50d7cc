import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CursorStore } from "hpx-transport/durable";
import { CursorFolder } from "../../../src/durable/file/folder.js";
import type { FolderLock } from "../../../src/durable/file/lock.js";
import { onTestFinished } from "vitest";

/** A folder that is gone when the test is over. */
export async function emptyFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "hpx-cursors-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A store with a log and a lock of its own, as in a process of its own. Closed when the test is over. */
export function storeAlone(path: string, makeLock?: (path: string) => Promise<FolderLock>): CursorStore {
  const own = new CursorFolder(path, makeLock);
  let isOpen = true;
  const store: CursorStore = {
    claim: (name) => own.claim(name),
    save: async (...args) => void (await own.save(...args)),
    close: async () => {
      if (isOpen) await own.leave();
      isOpen = false;
    },
  };
  onTestFinished(() => store.close?.());
  return store;
}
