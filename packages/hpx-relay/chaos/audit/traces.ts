import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import type { LogUnderTest } from "../logs/log-under-test.js";
import type { Source } from "../sources/source.js";

/** Writes what the log has of some sources, and what they sent, for someone who looks for the cause of a fault. */
export async function writeTraces(log: LogUnderTest, sources: readonly Source[], folder: string): Promise<void> {
  const files = new Map<string, WriteStream>();
  for (const source of sources) {
    const file = createWriteStream(join(folder, `${source.name}.txt`));
    files.set(source.name, file);
    for (const { asked, start, at } of source.connects) {
      file.write(`${timeOf(at)} connect: asked for what follows ${asked}, answered from ${start}\n`);
    }
    for (const [index, { id, data, at }] of source.events.entries()) {
      file.write(`${timeOf(at)} sent ${index}: id ${id} ${data.slice(0, 30)}\n`);
    }
  }
  for await (const { source, pos, n, at, id, after, kind, facts, tag, data } of log.rows()) {
    const what = kind === "" ? data.slice(0, 30) : kind + facts;
    files
      .get(source)
      ?.write(`${timeOf(at)} log ${pos}: n ${n} id ${id}+${after} ${what.replaceAll("\n", " ")} ${tag}\n`);
  }
  await Promise.all([...files.values()].map((file) => new Promise((resolve) => file.end(resolve))));
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
