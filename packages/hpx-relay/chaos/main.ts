/** `npm run chaos:relay -- --minutes 2 --seed 7 --log nats`: exits with 0 when nothing was lost, doubled or unmarked. */
import { parseArgs } from "node:util";
import { failuresOf, faultLines, takeoverLines, verdictLine } from "./figures.js";
import type { LogUnderTest } from "./logs/log-under-test.js";
import { NatsCluster } from "./logs/nats-cluster.js";
import { NATS_PROGRAM, natsVersion } from "./logs/nats-server.js";
import { SqliteFile } from "./logs/sqlite-file.js";
import { faultsOn } from "./plan/plan.js";
import { ChaosRun } from "./run.js";
import { SETTINGS } from "./settings.js";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "2" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    log: { type: "string", default: "both" },
    quiet: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0)) throw new RangeError(`--minutes ${values.minutes}: it takes a number over 0`);
if (!Number.isSafeInteger(seed)) throw new RangeError(`--seed ${values.seed}: it takes a whole number`);
if (!["nats", "sqlite", "both"].includes(values.log))
  throw new RangeError(`--log ${values.log}: it takes nats, sqlite or both`);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function runOn(name: "nats" | "sqlite", share: number): Promise<void> {
  const started = performance.now();
  const since = (): string => ((performance.now() - started) / 1000).toFixed(1).padStart(7);
  const log: LogUnderTest = name === "nats" ? await NatsCluster.start() : await SqliteFile.start();
  try {
    print(`chaos:relay: ${(minutes * share).toFixed(1)} minutes on ${name}, seed ${seed}`);
    const run = new ChaosRun({
      seed,
      duration: minutes * share * 60_000,
      faults: faultsOn(name),
      log,
      print: (line) => values.quiet || print(`${since()} s: ${line}`),
    });
    const figures = await run.run();
    for (const line of [...faultLines(figures), ...takeoverLines(figures)]) print(line);
    const failures = failuresOf(figures);
    for (const failure of failures.slice(0, SETTINGS.shown)) print(`FAILED: ${failure}`);
    print(verdictLine(name, seed, figures));
    if (failures.length > 0) process.exitCode = 1;
  } finally {
    await log.close();
  }
}

const isAsked = (log: string): boolean => values.log === log || values.log === "both";
const both = values.log === "both";
if (isAsked("nats")) {
  const version = natsVersion();
  if (version >= SETTINGS.leastNats) {
    await runOn("nats", both ? SETTINGS.natsShare : 1);
  } else {
    const found = version === 0 ? "there is none" : `this is ${version}`;
    print(
      `NOT TESTED: the relay over NATS: it takes ${NATS_PROGRAM} ${SETTINGS.leastNats} or later, and ${found}; .ci/nats-server puts it there (Debian, root, network)`,
    );
    if (process.env["CI"] === "true" || values.log === "nats") process.exitCode = 1;
  }
}
if (isAsked("sqlite")) await runOn("sqlite", both ? 1 - SETTINGS.natsShare : 1);
