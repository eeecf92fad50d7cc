// `npm run test:works-with` kills and restarts each server and each proxy, or the named ones, while a client reads.
import { readFile, writeFile } from "node:fs/promises";
import { type Result, type Results, withTables } from "./page.js";
import { HOME } from "./paths.js";
import { type Row, rows } from "./rows.js";

/** Rows that run at once: each waits most of the time. */
const AT_ONCE = 3;

type Verdict = "passed" | "failed" | "skipped";

const results = new Map<Row, Result>();

async function run(row: Row): Promise<Verdict> {
  const version = row.version();
  if (version === undefined) {
    const isRed = process.env["CI"] === "true";
    print(`${row.name.padEnd(14)} ${isRed ? "FAILED" : "skipped"}: not installed`);
    return isRed ? "failed" : "skipped";
  }
  const started = performance.now();
  try {
    const { failures, ...counts } = await row.run();
    results.set(row, { name: row.name, version, killed: row.killed, ...counts, notes: row.notes });
    const { received, lost, doubled, reconnects } = counts;
    print(
      `${row.name.padEnd(14)} ${version.padEnd(8)} ${received} received, ${lost} lost, ${doubled} doubled, ` +
        `${reconnects} reconnects, ${((performance.now() - started) / 1000).toFixed(1)} s`,
    );
    for (const failure of failures) print(`  FAILED ${failure}`);
    return failures.length === 0 ? "passed" : "failed";
  } catch (error) {
    print(`${row.name.padEnd(14)} ${version}\n  FAILED ${String(error)}`);
    return "failed";
  }
}

function chosen(names: readonly string[]): readonly Row[] {
  const unknown = names.find((name) => !rows.some((row) => row.name === name));
  if (unknown !== undefined)
    throw new RangeError(`${unknown}: the rows are ${rows.map(({ name }) => name).join(", ")}`);
  return names.length === 0 ? rows : rows.filter(({ name }) => names.includes(name));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const wanted = chosen(process.argv.slice(2));
const verdicts: Verdict[] = [];
const waiting = [...wanted];
const workers = Array.from({ length: AT_ONCE }, async () => {
  for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) verdicts.push(await run(row));
});
await Promise.all(workers);

// A run of some rows, or one with a failure, changes no file.
if (verdicts.filter((verdict) => verdict === "passed").length === rows.length) {
  const table = (name: Row["table"]): Result[] =>
    rows.filter((row) => row.table === name).flatMap((row) => results.get(row) ?? []);
  const all: Results = { servers: table("servers"), proxies: table("proxies") };
  const page = `${HOME}../docs/guides/works-with.md`;
  await writeFile(`${HOME}RESULTS.json`, `${JSON.stringify(all, undefined, 2)}\n`);
  await writeFile(page, withTables(await readFile(page, "utf8"), all));
}
process.exitCode = verdicts.includes("failed") ? 1 : 0;
