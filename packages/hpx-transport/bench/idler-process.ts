// Opens many connections with one client and prints what each costs in resident memory once nothing happens any more.
import { idlers } from "./idlers.js";

const [name = "", url = "", count = ""] = process.argv.slice(2);
const load = idlers[name];
if (load === undefined) throw new Error(`no client named ${name}`);
const open = await load();
const kept: unknown[] = [];
for (let index = 0; index < 50; index += 1) kept.push(await open(url));
const before = await settledRss();
const connections = Number(count);
while (kept.length < 50 + connections) {
  const missing = Math.min(100, 50 + connections - kept.length);
  kept.push(...(await Promise.all(Array.from({ length: missing }, () => open(url)))));
}
const kilobytes = (await settledRss()) - before;
const timers = process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
process.stdout.write(JSON.stringify({ open: kept.length - 50, kilobytes: kilobytes / connections, timers }));
process.exit();

/** Resident memory in KB after several collections. */
async function settledRss(): Promise<number> {
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return process.memoryUsage().rss / 1024;
}
