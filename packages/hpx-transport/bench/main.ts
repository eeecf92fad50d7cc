// npm run bench -w hpx-transport [-- --rounds N --events N --connections N --only NAME,NAME]
import { parseArgs } from "node:util";
import { measureIdle } from "./idle.js";
import { measureThroughput } from "./throughput.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    events: { type: "string", default: "2000000" },
    connections: { type: "string", default: "5000" },
    only: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const events = Number(values.events);
const names = values.only?.split(",");
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const burst = { title: `${events} events over loopback`, path: "/burst?count=COUNT", events };
print(await measureThroughput(burst, rounds, names));
const paced = { title: "One write an event, 20,000 a second", path: "/paced?count=COUNT&rate=20000", events: 60_000 };
print(await measureThroughput(paced, Math.min(rounds, 3), names));
print(await measureIdle(Number(values.connections)));
