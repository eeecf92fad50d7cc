// `npm run check:size` compares the size of each import in a bundle, minified and compressed with brotli, with its budget
// and with the README. `npm run check:size -- --write` writes the measured sizes to the README.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = fileURLToPath(new URL("../README.md", import.meta.url));

const browser = { platform: "browser", conditions: ["browser"] };
const node = { platform: "node", conditions: ["node"] };

/** Every import that is measured, by its row in the README: all of an entry, and the most bytes that it may take. */
const budgets = {
  "`sseer`": { entry: "sseer", runtime: browser, budget: 7_700 },
  "`sseer/retry`": { entry: "sseer/retry", runtime: browser, budget: 1_000 },
  "`hpx-transport`": { entry: "hpx-transport", runtime: browser, budget: 8_000 },
  "`hpx-transport/sse`": { entry: "hpx-transport/sse", runtime: browser, budget: 34_000 },
  "`hpx-transport/sse` on Node": { entry: "hpx-transport/sse", runtime: node, budget: 44_000 },
  "`hpx-transport/eventsource`": { entry: "hpx-transport/eventsource", runtime: browser, budget: 31_000 },
  "`hpx-transport/websocket`": { entry: "hpx-transport/websocket", runtime: browser, budget: 36_000 },
  "`hpx-transport/fetch`": { entry: "hpx-transport/fetch", runtime: browser, budget: 37_000 },
};

/** How far the README may be from the truth: half of its last digit, and a few lines of code that are no news. */
const toleranceOf = (bytes) => 50 + 0.03 * bytes;

let text = await readFile(readme, "utf8");
const problems = [];
for (const [row, { entry, runtime, budget }] of Object.entries(budgets)) {
  const bytes = await sizeOf(entry, runtime);
  process.stdout.write(`${row.padEnd(46)} ${String(bytes).padStart(6)} bytes of ${budget}\n`);
  if (bytes > budget) problems.push(`${row} has ${bytes} bytes, over its budget of ${budget} in scripts/size.mjs`);
  const line = lineOf(row);
  const told = Number(line.exec(text)?.[2]) * 1000;
  if (process.argv.includes("--write")) text = text.replace(line, `$1${(bytes / 1000).toFixed(1)}$3`);
  else if (!(Math.abs(told - bytes) <= toleranceOf(bytes))) {
    problems.push(`${row} has ${bytes} bytes, and the README says ${told}: npm run check:size -- --write`);
  }
}
if (process.argv.includes("--write")) await writeFile(readme, text);
if (problems.length > 0) {
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exitCode = 1;
}

/** What a bundler makes of everything that an entry exports, compressed. */
async function sizeOf(entry, runtime) {
  const { outputFiles } = await build({
    stdin: { contents: `export * from "${entry}"`, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    ...runtime,
  });
  return brotliCompressSync(outputFiles[0].contents).length;
}

/** A row of the README's table, with its number in the middle. */
function lineOf(row) {
  return new RegExp(`(^\\| ${row} *\\| *)(\\S+)( kB \\|$)`, "m");
}
