// Reads many streams, with cursors in one folder or without any, and prints the share of a core that it needs.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DurableCursor } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";
import { SseConnection } from "hpx-transport/sse";

const [variant, url = "", count] = process.argv.slice(2);
const SETTLING = 5000;
const MEASURED = 10_000;
const folder = mkdtempSync(join(process.cwd(), "bench-cursors-"));
const store = new FileCursorStore(folder);
let saves = 0;
const counting = {
  claim: (name: string) => store.claim(name),
  save: (...args: Parameters<FileCursorStore["save"]>) => {
    saves += 1;
    return store.save(...args);
  },
};

async function read(name: string): Promise<void> {
  const cursor = variant === "with" ? new DurableCursor({ name, store: counting, saveEvery: 1 }) : undefined;
  for await (const { data } of SseConnection.open({ url, cursor })) if (data === "") throw new Error("no data");
}

for (let stream = 0; stream < Number(count); stream += 1) void read(`stream ${stream}`);
await sleep(SETTLING);
saves = 0;
const before = process.cpuUsage();
const start = performance.now();
await sleep(MEASURED);
const { user, system } = process.cpuUsage(before);
const seconds = (performance.now() - start) / 1000;
process.stdout.write(JSON.stringify({ share: (user + system) / 1e6 / seconds, saves: saves / seconds }), () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit();
});
