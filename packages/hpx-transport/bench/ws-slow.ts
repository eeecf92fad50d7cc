import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startServer } from "./server-process.js";

const run = promisify(execFile);
const file = fileURLToPath(new URL("./ws-slow-process.js", import.meta.url));

const CLIENTS = [
  "ws by hand, into an array",
  "undici WebSocket, into an array",
  'hpx-transport/websocket, "wait"',
  'hpx-transport/websocket, "drop-oldest"',
];

/** The memory of a consumer that is much slower than its server. Prints a Markdown table. */
export async function measureSlowConsumers(seconds: number): Promise<string> {
  const server = await startServer("./ws-firehose.js", false);
  const url = `${server.origin.replace("http", "ws")}/burst?count=1000000000`;
  const rows: string[] = [];
  try {
    for (const name of CLIENTS) {
      const { stdout } = await run(process.execPath, [file, name, url, String(seconds)]);
      const { first, last, most } = JSON.parse(stdout) as { first: number; last: number; most: number };
      rows.push(`| ${name} | ${first.toFixed(0)} | ${last.toFixed(0)} | ${most.toFixed(0)} |`);
    }
  } finally {
    server.stop();
  }
  const head = [`| client | MB RSS after 2 s | after ${seconds} s | most |`, "|---|---:|---:|---:|"];
  const title = `## A slow consumer of WebSocket messages, one in 10 ms, Node ${process.versions.node}`;
  return [title, "", ...head, ...rows, ""].join("\n");
}
