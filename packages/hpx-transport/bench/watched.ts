// HPX_BEFORE=file:///.../dist/sse/index.js npm run bench:watched -w hpx-transport [-- --rounds N --events N]
import { parseArgs } from "node:util";
import { measureThroughput } from "./throughput.js";
import { watched } from "./watched/index.js";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "9" }, events: { type: "string", default: "2000000" } },
});
const rounds = Number(values.rounds);
const events = Number(values.events);
const names = Object.keys(watched);
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const who = { secure: false, names };
const burst = { title: `Watched: ${events} events over loopback`, path: "/burst?count=COUNT", events, ...who };
const paced = { path: "/paced?count=COUNT&rate=20000", events: 60_000, ...who };
print(await measureThroughput(burst, rounds));
print(await measureThroughput({ title: "Watched: one write an event, 20,000 a second", ...paced }, rounds));
