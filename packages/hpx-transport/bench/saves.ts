import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

interface Sample {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

interface Samples {
  readonly bare: Sample;
  readonly store: Sample;
}

/** The time of a durable save in a folder, beside that of the system calls that it needs. Prints a Markdown table. */
export async function measureSaves(saves: number, rounds: number): Promise<string> {
  const samples: Samples[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { stdout } = await run(process.execPath, [file("./saves-process.js"), String(saves)]);
    samples.push(JSON.parse(stdout) as Samples);
  }
  const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
  const row = (name: string, of: (one: Samples) => Sample): string => {
    const ratio = middle(samples.map((one) => of(one).p50 / one.bare.p50));
    const times = [middle(samples.map((one) => of(one).p50)), middle(samples.map((one) => of(one).p99))];
    return `| ${name} | ${times.map((time) => time.toFixed(3)).join(" | ")} | ${ratio.toFixed(2)} |`;
  };
  return [
    `## A durable save of one cursor, ${saves} in turn, ${rounds} rounds`,
    "",
    "| save | p50 ms | p99 ms | p50 ratio |",
    "|---|---:|---:|---:|",
    row("append + fdatasync, the bare system calls", ({ bare }) => bare),
    row("FileCursorStore", ({ store }) => store),
    "",
  ].join("\n");
}
