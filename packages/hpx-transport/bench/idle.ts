import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { idlers } from "./idlers.js";

const run = promisify(execFile);
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface Sample {
  readonly open: number;
  readonly kilobytes: number;
  readonly timers: number;
}

/** The memory that each of many connections costs while nothing happens on it. Prints a Markdown table. */
export async function measureIdle(connections: number): Promise<string> {
  const server = fork(file("./quiet-server.js"));
  const [port] = (await once(server, "message")) as [number];
  const rows: string[] = [];
  try {
    for (const name of Object.keys(idlers)) {
      const args = ["--expose-gc", file("./idler-process.js"), name, `http://127.0.0.1:${port}/`, String(connections)];
      const { stdout } = await run(process.execPath, args);
      const { open, kilobytes, timers } = JSON.parse(stdout) as Sample;
      rows.push(`| ${name} | ${open} | ${kilobytes.toFixed(1)} | ${timers} |`);
    }
  } finally {
    server.disconnect();
  }
  const title = `### ${connections} idle connections in one process`;
  const head = ["| client | open | KB RSS each | timers |", "|---|---:|---:|---:|"];
  return [title, "", ...head, ...rows, ""].join("\n");
}
