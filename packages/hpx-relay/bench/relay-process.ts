// A relay in a process of its own, and what is measured of it.
import { Relay, type RelayConfig } from "hpx-relay";
import type { Measured, RelayTask } from "./children.js";
import { cpuSeconds } from "./speed.js";

const { config, task } = JSON.parse(process.argv[2] ?? "") as { config: RelayConfig; task: RelayTask };
const wait = async (milliseconds: number): Promise<void> =>
  await new Promise((resolve) => setTimeout(resolve, milliseconds));

const relay = await Relay.start(config);
const events = (): number => relay.status.sources.reduce((sum, each) => sum + each.events, 0);
/** Between the first look and the end of `work`. */
async function over(work: () => Promise<void>): Promise<Measured> {
  const before = { events: events(), cpu: cpuSeconds(), time: performance.now(), ...relay.status.log };
  await work();
  const count = events() - before.events;
  return {
    events: count,
    seconds: (performance.now() - before.time) / 1000,
    cpu: cpuSeconds() - before.cpu,
    megabytes: process.memoryUsage.rss() / 2 ** 20,
    commits: relay.status.log.commits - before.commits,
  };
}

async function allFlow(): Promise<void> {
  while (!relay.status.sources.every(({ state }) => state === "flowing")) await wait(50);
}

async function measure(): Promise<Measured | undefined> {
  switch (task.kind) {
    case "flood": {
      // A tenth of the events warms up.
      while (events() < task.events / 10) await wait(5);
      return await over(async () => {
        while (events() < task.events) await wait(10);
      });
    }
    case "paced": {
      await allFlow();
      await wait(task.warmUp);
      return await over(() => wait(task.duration));
    }
    case "idle": {
      await allFlow();
      await wait(task.duration);
      globalThis.gc?.();
      await wait(1000);
      return await over(() => wait(0));
    }
    case "member":
      return undefined;
  }
}

process.on("SIGTERM", () => void relay.close().then(() => process.exit()));
process.on("disconnect", () => process.exit());
const measured = await measure();
if (measured !== undefined) {
  await relay.close();
  process.send?.(measured, () => process.exit());
}
