import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startServer } from "./server-process.js";

const run = promisify(execFile);
const file = fileURLToPath(new URL("./ws-reconnect-process.js", import.meta.url));

interface Sample {
  /** Topics that came back. */
  readonly back: number;
  readonly messages: number;
  readonly milliseconds: number;
  readonly cpu: number;
}

/** How subscriptions come back after a lost socket, by the number of topics that the service takes in one message. */
export async function measureResubscribing(topics: number, rounds: number): Promise<string> {
  const server = await startServer("./ws-firehose.js", false);
  const url = `${server.origin.replace("http", "ws")}/topics`;
  const rows: string[] = [];
  try {
    for (const perMessage of [1000, 100, 10, 1]) {
      const samples: Sample[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const { stdout } = await run(process.execPath, [file, url, String(topics), String(perMessage)]);
        samples.push(JSON.parse(stdout) as Sample);
      }
      const middle = (of: (sample: Sample) => number): number =>
        samples.map(of).toSorted((a, b) => a - b)[rounds >> 1] ?? NaN;
      const messages = [...new Set(samples.map((sample) => sample.messages))].join(", ");
      const back = Math.min(...samples.map((sample) => sample.back));
      const times = `${middle(({ milliseconds }) => milliseconds).toFixed(0)} | ${middle(({ cpu }) => cpu).toFixed(0)}`;
      rows.push(`| ${perMessage} | ${back} | ${messages} | ${times} |`);
    }
  } finally {
    server.stop();
  }
  const head = ["| topics a message | back | messages | ms | CPU ms |", "|---:|---:|---:|---:|---:|"];
  const title = `## ${topics} subscriptions after a lost WebSocket, ${rounds} rounds, Node ${process.versions.node}`;
  return [title, "", ...head, ...rows, ""].join("\n");
}
