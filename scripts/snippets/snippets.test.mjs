import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { MockSseServer, MockWsServer } from "hpx-transport/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fill, home, pages, root, sources } from "./markdown.mjs";
import { check } from "./run.mjs";
import { runs } from "./runs.mjs";

const found = await pages();
const files = await sources();
const external = [
  "undici",
  "zod",
  "@opentelemetry/*",
  "eventsource",
  "eventsource-client",
  "launchdarkly-eventsource",
  "ws",
  "yaml",
  "@nats-io/*",
];

/** The programs made from the sources as they are, inside node_modules, so that what stays external is found. */
let programs = "";
beforeAll(async () => {
  const cache = join(root, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  programs = await mkdtemp(join(cache, "snippets-"));
  await mkdir(join(programs, "bin"));
  const entryPoints = files.filter((file) => file.endsWith(".ts")).map((file) => join(home, file));
  const common = { bundle: true, platform: "node", format: "esm", target: "node20", conditions: ["@hpx/source"] };
  const outExtension = { ".js": ".mjs" };
  await build({ ...common, entryPoints, outbase: home, outdir: programs, outExtension, external });
  // `npx hpx-cli` runs the command of this workspace.
  await build({
    ...common,
    entryPoints: [join(root, "packages/hpx-cli/src/main.ts")],
    outfile: join(programs, "bin/dist/hpx.mjs"),
    external: [...external, "commander", "log-update", "picocolors", "get-east-asian-width"],
  });
  await writeFile(join(programs, "bin/package.json"), await readFile(join(root, "packages/hpx-cli/package.json")));
  await writeFile(join(programs, "bin/npx"), `#!/bin/sh\nshift\nexec node "${programs}/bin/dist/hpx.mjs" "$@"\n`, {
    mode: 0o755,
  });
});
afterAll(() => rm(programs, { recursive: true }));

test.each(found)("%s shows its code and figures as they are (npm run docs:snippets mends it)", async (page) => {
  const text = await readFile(join(root, page), "utf8");
  const { markdown } = await fill(page, text);
  expect(text).toBe(markdown);
});

test("every file of docs/snippets is on a page, and has a run", async () => {
  const shown = await Promise.all(
    found.map(async (page) => (await fill(page, await readFile(join(root, page), "utf8"))).names),
  );
  const names = new Set(shown.flat().map((name) => name.replace(/#.*/, "")));
  expect(files.filter((file) => !names.has(file))).toEqual([]);
  expect(Object.keys(runs).toSorted()).toEqual(files);
});

test.concurrent.each(Object.keys(runs))("%s runs and prints what the page says", async (name) => {
  const program = join(programs, name.replace(/\.ts$/, ".mjs"));
  await mkdir(join(program, ".."), { recursive: true });
  if (name.endsWith(".sh")) await writeFile(program, await readFile(join(home, name)));
  const env = { PATH: `${programs}/bin:${process.env["PATH"]}` };
  await expect(check(name, program, { MockSseServer, MockWsServer, env })).resolves.toBeUndefined();
});
