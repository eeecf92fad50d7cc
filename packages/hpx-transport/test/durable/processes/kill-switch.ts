import fs, { writeSync } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import type { Claim, CursorRecord, CursorStore } from "hpx-transport/durable";

/** Where a process kills itself: at the `nth` time that it comes to a point. */
export interface KillPlan {
  readonly at: string;
  readonly nth: number;
}

let plan: KillPlan | undefined;
let times = 0;

export function armKillSwitch(kill: KillPlan | undefined): void {
  plan = kill;
}

/** Ends the process here, with SIGKILL, where the plan says so. */
export function killPoint(name: string): void {
  if (plan?.at !== name) return;
  times += 1;
  if (times < plan.nth) return;
  process.kill(process.pid, "SIGKILL");
  // The signal may take a moment, in which nothing more is to happen.
  for (;;);
}

/** Kill points before and after each call of a store. */
export function watchStore(store: CursorStore): CursorStore {
  const watched = {
    claim: async (name: string): Promise<Claim> => {
      killPoint("claim");
      const claim = await store.claim(name);
      killPoint("claimed");
      return claim;
    },
    save: async (name: string, record: CursorRecord, claim: Claim): Promise<void> => {
      killPoint("save");
      await store.save(name, record, claim);
      killPoint("saved");
    },
  };
  return "saveIn" in store && typeof store.saveIn === "function"
    ? Object.assign(watched, { saveIn: store.saveIn.bind(store) })
    : watched;
}

/** Kill points in the system calls of the file store. */
export async function watchFiles(): Promise<void> {
  const handle = await open(process.execPath, "r");
  await handle.close();
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  const { appendFile, datasync, sync } = prototype;
  Object.assign(prototype, {
    async appendFile(this: FileHandle, data: Buffer): Promise<void> {
      if (plan?.at === "file: half written" && times + 1 === plan.nth) {
        await appendFile.call(this, data.subarray(0, data.length / 2));
      }
      killPoint("file: half written");
      await appendFile.call(this, data);
      killPoint("file: written");
    },
    async datasync(this: FileHandle): Promise<void> {
      await datasync.call(this);
      killPoint("file: synced");
    },
    async sync(this: FileHandle): Promise<void> {
      await sync.call(this);
      killPoint("file: new log or folder synced");
    },
  });
  const write = writeSync;
  // A commit of the log; larger ones, and new logs, are written by the method above.
  fs.writeSync = ((file: number, data: Buffer): number => {
    if (plan?.at === "file: half written" && times + 1 === plan.nth) write(file, data.subarray(0, data.length / 2));
    killPoint("file: half written");
    const written = write(file, data);
    killPoint("file: written");
    return written;
  }) as typeof writeSync;
  const renames = rename;
  promises.rename = async (...paths: Parameters<typeof rename>): Promise<void> => {
    await renames(...paths);
    killPoint("file: renamed");
  };
  syncBuiltinESMExports();
}
