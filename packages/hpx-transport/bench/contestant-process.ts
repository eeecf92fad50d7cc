// Runs one contestant in a process of its own: imports and a warm-up outside the clock, then the CPU of the whole
// process from before the request to after the last event. The warm-up are two connections, because an engine optimizes
// what it saw of the first one again when it meets the second.
import { contestants } from "./contestants/index.js";
import { websockets } from "./contestants/websocket/index.js";
import { watched } from "./watched/index.js";

const [name = "", url = "", count = ""] = process.argv.slice(2);
const load = { ...contestants, ...websockets, ...watched }[name];
if (load === undefined) throw new Error(`no contestant named ${name}`);
const { default: consume } = await load();
const address = (events: number): string => url.replace("COUNT", String(events));
const warmUp = Math.min(Number(count) / 4, 250_000);
for (let round = 0; round < 2; round += 1) await consume(address(warmUp), warmUp);
const before = process.cpuUsage();
const start = performance.now();
const events = await consume(address(Number(count)), Number(count));
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ events, cpu: (user + system) / 1e6, wall: (performance.now() - start) / 1000 }));
process.exit();
