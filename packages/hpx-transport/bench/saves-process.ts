// Saves a position in a folder, and appends and syncs as many bytes with bare system calls, in turn. Prints the times of both.
import { fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { CursorRecord } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";

const saves = Number(process.argv[2]);
const warmUp = 200;
// In the working folder: the folder for temporary files may be memory.
const folder = mkdtempSync(join(process.cwd(), "bench-cursors-"));
const store = new FileCursorStore(folder);
const claim = await store.claim("fills");

async function save(n: number): Promise<void> {
  const origin = "https://example.com/fills";
  const record: CursorRecord = {
    v: 1,
    name: "fills",
    id: String(n),
    after: [],
    n,
    origin,
    at: n,
    epoch: 1,
    version: n,
  };
  await store.save("fills", record, claim);
}

await save(1);
// The frame of a save.
const frame = Buffer.alloc(readFileSync(join(folder, "cursors.log")).length / 2, "x");
const bare = openSync(join(folder, "bare"), "a");
const times = { bare: [] as number[], store: [] as number[] };
for (let n = 2; n < saves + warmUp; n += 1) {
  const start = performance.now();
  writeSync(bare, frame);
  fdatasyncSync(bare);
  const between = performance.now();
  await save(n);
  if (n < warmUp) continue;
  times.bare.push(between - start);
  times.store.push(performance.now() - between);
}
await store.close();
rmSync(folder, { recursive: true });
process.stdout.write(JSON.stringify({ bare: sampleOf(times.bare), store: sampleOf(times.store) }));

function sampleOf(values: number[]): { p50: number; p99: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
