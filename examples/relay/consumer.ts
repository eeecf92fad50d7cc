import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openLog, readConfigFile, type RelayLog } from "hpx-relay";

/** What the consumer has done. Its position is in the same file as its work, so each record counts once. */
interface Work {
  position: number;
  readonly events: Record<string, number>;
  readonly markers: Record<string, number>;
}

/** Between two looks at the log, in milliseconds. */
const LOOK_EVERY = 500;

/** Reads the log behind the position that it saved, counts the events of each source, and saves. */
export async function consume(file: string, signal: AbortSignal): Promise<void> {
  const { settings, folder } = await readConfigFile(file);
  const path = join(folder, "consumer.json");
  const work = await saved(path);
  let log: RelayLog | undefined;
  while (!signal.aborted) {
    // Before the first relay has made it, there is no log.
    log ??= await openLog(settings.log, { readOnly: true }).catch(() => undefined);
    const before = work.position;
    if (log !== undefined) await readOn(log, work, path, signal);
    if (work.position !== before) console.log(`${told(work.events)}; markers: ${told(work.markers) || "none"}`);
    await sleep(LOOK_EVERY, undefined, { signal }).catch(() => {});
  }
  await log?.close();
}

async function readOn(log: RelayLog, work: Work, path: string, signal: AbortSignal): Promise<void> {
  for await (const records of log.read({ after: work.position }, signal)) {
    for (const { pos, source, kind } of records) {
      const counts = kind === undefined ? work.events : work.markers;
      const name = kind === undefined ? source : `${kind} of ${source}`;
      counts[name] = (counts[name] ?? 0) + 1;
      work.position = pos;
    }
    await save(path, work);
  }
}

async function saved(path: string): Promise<Work> {
  const text = await readFile(path, "utf8").catch(() => '{"position":0,"events":{},"markers":{}}');
  return JSON.parse(text) as Work;
}

/** All of it or nothing, also where the process is killed meanwhile. */
async function save(path: string, work: Work): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(work));
  await rename(`${path}.new`, path);
}

function told(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}
