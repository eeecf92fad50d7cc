import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { openLog, readConfigFile, verify } from "hpx-relay";

/** Before a service that died is started again, in milliseconds. */
const RESTART_AFTER = 500;

/** Starts every service as a process, and those that die again; at the end it stops them, and reads the log. */
export async function runServices(file: string, signal: AbortSignal): Promise<void> {
  const { settings } = await readConfigFile(file);
  const relays = settings.log.kind === "nats" ? ["relay-1", "relay-2"] : ["relay-1"];
  await Promise.all(["sources", ...relays, "consumer"].map((name) => keepRunning(file, name, signal)));

  const log = await openLog(settings.log, { readOnly: true });
  const numeric = new Set([...settings.sources.values()].filter((each) => each.numeric).map(({ name }) => name));
  const { events, sources, lost, doubled, gaps, faults } = await verify(log, { numeric });
  await log.close();
  for (const fault of faults) console.error(fault);
  console.log(`verify: ${events} events, ${sources} sources: lost ${lost}, doubled ${doubled}, gaps marked ${gaps}`);
  process.exitCode = lost + doubled === 0 ? 0 : 1;
}

async function keepRunning(file: string, name: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const child = spawn(process.execPath, [process.argv[1] as string, file, name], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    print(name, `process ${child.pid}`);
    const end = await untilItEnds(child, name, signal);
    if (signal.aborted) return;
    print(name, `ended (${end}); it starts again`);
    await sleep(RESTART_AFTER, undefined, { signal }).catch(() => {});
  }
}

/** Prints what it says with its name; asks it to end when `signal` is aborted. */
async function untilItEnds(child: ChildProcess, name: string, signal: AbortSignal): Promise<string> {
  const stop = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", stop);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on("line", (line) => print(name, line));
  }
  const [code, killedBy] = await once(child, "close");
  signal.removeEventListener("abort", stop);
  return String(killedBy ?? code);
}

function print(name: string, line: string): void {
  console.log(`${name.padEnd(8)} | ${line}`);
}
