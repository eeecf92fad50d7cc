import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startServer } from "./server-process.js";

const run = promisify(execFile);
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface Sample {
  readonly open: number;
  readonly kilobytes: number;
  readonly timers: number;
}

/** Who waits, and on what. */
export interface Waiting {
  readonly title: string;
  readonly connections: number;
  readonly secure: boolean;
  readonly names: readonly string[];
}

/** The memory that each of many connections costs while nothing happens on it. Prints a Markdown table. */
export async function measureIdle({ title, connections, secure, names }: Waiting): Promise<string> {
  const server = await startServer("./quiet-server.js", secure);
  const rows: string[] = [];
  try {
    for (const name of names) {
      const args = ["--expose-gc", file("./idler-process.js"), name, `${server.origin}/`, String(connections)];
      const { stdout } = await run(process.execPath, args, { env: server.env });
      const { open, kilobytes, timers } = JSON.parse(stdout) as Sample;
      rows.push(`| ${name} | ${open} | ${kilobytes.toFixed(1)} | ${timers} |`);
    }
  } finally {
    server.stop();
  }
  const head = ["| client | open | KB RSS each | timers |", "|---|---:|---:|---:|"];
  return [`## ${title}, Node ${process.versions.node}`, "", ...head, ...rows, ""].join("\n");
}
