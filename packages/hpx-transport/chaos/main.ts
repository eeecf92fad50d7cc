/** `npm run chaos -- --minutes 1 --seed 7`: exits with 0 when every invariant held, with 1 and the seed when not. */
import { parseArgs } from "node:util";
import { trend } from "./levels.js";
import { ChaosRun } from "./run.js";
import { failuresOf, summaryLine } from "./checks.js";

/** How many samples there are for one line of progress. */
const PROGRESS_EVERY = 10;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0)) throw new RangeError(`--minutes ${values.minutes}: it takes a number over 0`);
if (!Number.isSafeInteger(seed)) throw new RangeError(`--seed ${values.seed}: it takes a whole number`);

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

print(`chaos: ${minutes} minutes, seed ${seed}`);
const started = performance.now();
let samples = 0;
const figures = await ChaosRun.run({
  seed,
  duration: minutes * 60_000,
  onProgress: (line) => {
    samples += 1;
    const elapsed = ((performance.now() - started) / 1000).toFixed(0);
    if (samples % PROGRESS_EVERY === 0) print(`${elapsed.padStart(5)} s: ${line}`);
  },
});

for (const [fault, times] of Object.entries(figures.fired)) print(`${String(times).padStart(7)} x ${fault}`);
print(`levels: ${trend(figures.samples)}`);
print(`connects: ${figures.connects}, at most ${figures.busiestSecond} of one connection in a second`);
for (const line of figures.context) print(`  ${line}`);
for (const failure of failuresOf(figures).slice(0, 20)) print(`FAILED: ${failure}`);
print(summaryLine(figures));
process.exitCode = failuresOf(figures).length === 0 ? 0 : 1;
