import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CursorStore } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";
import { onTestFinished } from "vitest";
import { encodeFrame, scan } from "../../../src/durable/file/frame.js";
import { PidFileLock } from "../../../src/durable/file/pid-file-lock.js";
import { conformance, type StorePlace } from "./conformance.js";
import { emptyFolder, storeAlone } from "./file-support.js";

async function folder(open: (path: string) => CursorStore): Promise<StorePlace> {
  const path = await emptyFolder();
  return {
    open: async () => open(path),
    damage: async (name) => {
      const log = join(path, "cursors.log");
      const { lines } = scan(await readFile(log));
      const broken = lines.map((line) => (JSON.parse(line).name === name ? line.replace('"n":', '"m":') : line));
      await writeFile(log, encodeFrame(broken));
    },
  };
}

function shared(path: string): CursorStore {
  const store = new FileCursorStore(path);
  onTestFinished(() => store.close());
  return store;
}

conformance("FileCursorStore", { place: () => folder(shared) });
conformance("FileCursorStore, as in processes of their own", { place: () => folder((path) => storeAlone(path)) });
conformance("FileCursorStore, with a pid file for a lock", {
  place: () => folder((path) => storeAlone(path, async () => new PidFileLock(path))),
});
