// `npm run test:runtimes` runs the contract in every runtime, or in the named runtimes, against one server process.
import { join } from "node:path";
import { bundle, inFolder } from "./bundle.js";
import { browserBundles } from "./browser-bundle.js";
import { bundled } from "./bundled.js";
import { chromium } from "./chromium.js";
import { install } from "./install.js";
import { processes } from "./processes.js";
import type { Runtime } from "./runtime.js";
import { startServer, type TestServer } from "./server.js";
import { judge, type Verdict } from "./verdict.js";
import { workerd } from "./workerd.js";

const RUNTIMES: readonly Runtime[] = [...processes, workerd, chromium, ...browserBundles, ...bundled];

async function hold(runtime: Runtime, { origins }: TestServer): Promise<Verdict & { version: string }> {
  const lines: string[] = [];
  let version = "";
  let failure: Error | undefined;
  try {
    version = await runtime.version();
    await runtime.run({ runtime: runtime.name, ...origins }, (line) => lines.push(line));
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  }
  return { ...judge(lines, failure), version };
}

function chosen(names: readonly string[]): readonly Runtime[] {
  const unknown = names.find((name) => !RUNTIMES.some((runtime) => runtime.name === name));
  if (unknown !== undefined) {
    throw new RangeError(`${unknown}: the runtimes are ${RUNTIMES.map(({ name }) => name).join(", ")}`);
  }
  return names.length === 0 ? RUNTIMES : RUNTIMES.filter(({ name }) => names.includes(name));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const runtimes = chosen(process.argv.slice(2));
await install();
const failed = await inFolder(async (folder) => {
  const page = join(folder, "page.js");
  await bundle("entry-page", page, "iife", ["browser"]);
  const server = await startServer(page);
  const red: string[] = [];
  for (const runtime of runtimes) {
    const started = performance.now();
    const { passed, failures, version } = await hold(runtime, server);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);

    print(`${runtime.name.padEnd(18)} ${version.padEnd(14)} ${passed} passed, ${failures.length} failed, ${seconds} s`);
    for (const failure of failures) print(`  FAILED ${failure.replaceAll("\n", "\n    ")}`);
    if (failures.length > 0) red.push(runtime.name);
  }
  await server.stop();
  return red;
});
print(
  failed.length === 0
    ? `the contract holds in ${runtimes.map(({ name }) => name).join(", ")}`
    : `RED: ${failed.join(", ")}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
