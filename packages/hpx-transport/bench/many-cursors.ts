import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startServer } from "./server-process.js";

const run = promisify(execFile);
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The share of a core that saving costs, where each of many streams has an event and a save each second. */
export async function measureManyCursors(streams: number, rounds: number): Promise<string> {
  const server = await startServer("./ticking-server.js", false);
  const shares: Record<"without" | "with", number[]> = { without: [], with: [] };
  let saves = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const variant of ["without", "with"] as const) {
        const args = [file("./many-cursors-process.js"), variant, server.origin, String(streams)];
        const { stdout } = await run(process.execPath, args);
        const sample = JSON.parse(stdout) as { share: number; saves: number };
        shares[variant].push(sample.share);
        saves = Math.max(saves, sample.saves);
      }
    }
  } finally {
    server.stop();
  }
  const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
  const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
  const cost = middle(shares.with.map((share, round) => share - (shares.without[round] ?? NaN)));
  return [
    `## ${streams} streams in one folder, each with an event and a save a second, ${rounds} rounds`,
    "",
    "| streams | share of a core | saves a second |",
    "|---|---:|---:|",
    `| without a cursor | ${percent(middle(shares.without))} | 0 |`,
    `| with DurableCursor and FileCursorStore | ${percent(middle(shares.with))} | ${saves.toFixed(0)} |`,
    `| the difference | ${percent(cost)} | |`,
    "",
  ].join("\n");
}
