import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startServer } from "./server-process.js";

const run = promisify(execFile);
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** How the events come: the path, with COUNT in place of their number, and how many; and who reads them. */
export interface Load {
  readonly title: string;
  readonly path: string;
  readonly events: number;
  readonly secure: boolean;
  /** Of WebSockets, not of events. */
  readonly websocket?: boolean;
  /** The first is the measure of all others. */
  readonly names: readonly string[];
}

interface Sample {
  readonly events: number;
  readonly cpu: number;
}

/**
 * The CPU time of the consuming process, one process a run, all contestants in turn in every round. Prints a Markdown
 * table: the median CPU, and the median over the rounds of the ratio to the first contestant of the same round.
 */
export async function measureThroughput(load: Load, rounds: number): Promise<string> {
  const server = await startServer(load.websocket === true ? "./ws-firehose.js" : "./firehose.js", load.secure);
  const samples = new Map<string, Sample[]>(load.names.map((name) => [name, []]));
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const name of load.names) {
        const args = [file("./contestant-process.js"), name, originOf(server, load) + load.path, String(load.events)];
        const { stdout } = await run(process.execPath, args, { env: server.env });
        samples.get(name)?.push(JSON.parse(stdout) as Sample);
      }
    }
  } finally {
    server.stop();
  }
  return table(load, rounds, samples);
}

function originOf({ origin }: { readonly origin: string }, { websocket }: Load): string {
  return websocket === true ? origin.replace("http", "ws") : origin;
}

function table(load: Load, rounds: number, samples: ReadonlyMap<string, readonly Sample[]>): string {
  const baseline = [...samples.values()][0] ?? [];
  const rows = [...samples].map(([name, runs]) => {
    const counts = new Set(runs.map(({ events }) => events));
    const valid = counts.size === 1 && counts.has(load.events);
    const ratio = median(runs.map(({ cpu }, round) => cpu / (baseline[round]?.cpu ?? Number.NaN)));
    const cpu = median(runs.map((one) => one.cpu));
    return `| ${name} | ${[...counts].join(", ")} | ${valid ? cpu.toFixed(2) : "void"} | ${valid ? ratio.toFixed(2) : "void"} |`;
  });
  const head = [
    `## ${load.title}, ${rounds} rounds`,
    "",
    `| client | ${load.websocket === true ? "messages" : "events"} | CPU s | ratio |`,
    "|---|---:|---:|---:|",
  ];
  return [...head, ...rows, ""].join("\n");
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}
