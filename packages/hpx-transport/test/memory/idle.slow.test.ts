import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const CONNECTIONS = 5000;
/** What each may cost, in KB of resident memory. */
const LIMIT = 20;

let folder: string;
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "idle-"));
  const bench = join(import.meta.dirname, "../../bench");
  await build({
    entryPoints: [join(bench, "idler-process.ts"), join(bench, "quiet-server.ts")],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    conditions: ["@hpx/source", "node"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  server = fork(join(folder, "quiet-server.mjs"));
  const [port] = (await once(server, "message")) as [number];
  url = `http://127.0.0.1:${port}/`;
});
afterAll(async () => {
  server.disconnect();
  await rm(folder, { recursive: true });
});

test(`each of ${CONNECTIONS} idle connections costs at most ${LIMIT} KB of resident memory, and no timer`, async () => {
  const program = [join(folder, "idler-process.mjs"), "hpx-transport", url, String(CONNECTIONS)];
  const { stdout } = await run(process.execPath, ["--expose-gc", ...program]);
  const sample = JSON.parse(stdout) as { open: number; kilobytes: number; timers: number };
  expect(sample).toMatchObject({ open: CONNECTIONS, timers: 0 });
  expect(sample.kilobytes).toBeLessThanOrEqual(LIMIT);
}, 60_000);
