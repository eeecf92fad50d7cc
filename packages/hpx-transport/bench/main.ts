// npm run bench -w hpx-transport [-- --rounds N --events N]
import { parseArgs } from "node:util";
import { measureThroughput } from "./throughput.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    events: { type: "string", default: "2000000" },
    only: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const events = Number(values.events);
const names = values.only?.split(",");
process.stdout.write(
  await measureThroughput(
    { title: `${events} events over loopback`, path: "/burst?count=COUNT", events },
    rounds,
    names,
  ),
);
const paced = { title: "One write an event, 20,000 a second", path: "/paced?count=COUNT&rate=20000", events: 100_000 };
process.stdout.write(`\n${await measureThroughput(paced, rounds, names)}`);
