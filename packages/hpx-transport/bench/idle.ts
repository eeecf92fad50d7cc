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
  /** WebSockets, not streams of events. */
  readonly websocket?: boolean;
  readonly names: readonly string[];
}

/** The memory that each of many connections costs while nothing happens on it. Prints a Markdown table. */
export async function measureIdle({ title, connections, secure, websocket = false, names }: Waiting): Promise<string> {
  const server = await startServer(websocket ? "./ws-firehose.js" : "./quiet-server.js", secure);
  const url = websocket ? `${server.origin.replace("http", "ws")}/quiet` : `${server.origin}/`;
  const rows: string[] = [];
  try {
    for (const name of names) {
      const args = ["--expose-gc", file("./idler-process.js"), name, url, String(connections)];
      const { stdout } = await run(process.execPath, args, { env: server.env });
      const { open, kilobytes, timers } = JSON.parse(stdout) as Sample;
      rows.push(`| ${name} | ${open} | ${kilobytes.toFixed(1)} | ${timers} |`);
    }
  } finally {
    server.stop();
  }
  const head = ["| client | open | KB RSS each | timers |", "|---|---:|---:|---:|"];
  return [`## ${title}`, "", ...head, ...rows, ""].join("\n");
}
