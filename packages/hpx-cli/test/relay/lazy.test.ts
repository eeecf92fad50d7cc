import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { startServer } from "../support/resources.js";
import { RelayFile } from "./support.js";

// Many processes begin at the same time.
vi.setConfig({ testTimeout: 60_000 });

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const installed = Object.keys(manifest.dependencies).filter((name) => !/^(?:hpx-.*|sseer)$/.test(name));

/** Notes the URL of each module that is loaded. */
const HOOK = `import { register } from "node:module";
register("data:text/javascript," + encodeURIComponent(\`
  import { appendFileSync } from "node:fs";
  export async function load(url, context, next) {
    appendFileSync(process.env.LOADED_MODULES, url + "\\\\n");
    return await next(url, context);
  }\`));`;

let folder = "";
let outputs: Metafile["outputs"] = {};
beforeAll(async () => {
  // Inside node_modules, so that external modules are found.
  mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
  folder = mkdtempSync(join(root, "node_modules/.cache/hpx-cli-lazy-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  copyFileSync(join(root, "packages/hpx-cli/package.json"), join(folder, "package.json"));
  writeFileSync(join(folder, "hook.mjs"), HOOK);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["packages/hpx-cli/src/main.ts"],
    outdir: join(folder, "dist"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What is imported when it is needed is a file of its own.
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@hpx/source"],
    external: ["@nats-io/*", "@opentelemetry/*", "better-sqlite3", "undici", "yaml", ...installed],
    metafile: true,
  });
  outputs = metafile.outputs;
});

/** The sources and packages that a command has loaded when it ended. */
async function loadedBy(...args: readonly string[]): Promise<string[]> {
  const list = join(mkdtempSync(join(folder, "run-")), "loaded");
  const child = spawn(
    process.execPath,
    ["--import", join(folder, "hook.mjs"), join(folder, "dist/main.mjs"), ...args],
    {
      env: { ...process.env, LOADED_MODULES: list },
      stdio: "ignore",
    },
  );
  const [code] = (await once(child, "exit")) as [number | null];
  expect(code).toBe(0);
  return readFileSync(list, "utf8")
    .trimEnd()
    .split("\n")
    .flatMap((url) => {
      if (!url.startsWith("file:")) return url;
      const path = relative(root, fileURLToPath(url));
      return Object.keys(outputs[path]?.inputs ?? { [path]: {} });
    });
}

const OF_THE_RELAY = /packages\/hpx-relay\/|node_modules\/(?:yaml|better-sqlite3|@nats-io)\/|sqlite/;

test("hpx sse, and the help of all commands, load no module of hpx-relay, and nothing that only it needs", async () => {
  const server = await startServer({ body: "id: 1\ndata: x\n\n" });
  for (const args of [
    ["sse", "--max-events", "1", server.url],
    ["--help"],
    ["relay", "--help"],
    ["relay", "serve", "--help"],
  ]) {
    const loaded = await loadedBy(...args);
    expect(loaded).toContain("packages/hpx-cli/src/main.ts");
    expect(loaded.filter((path) => OF_THE_RELAY.test(path))).toEqual([]);
  }
});

test("the same look finds what hpx relay loads", async () => {
  const file = new RelayFile({ sources: { a: { url: "http://127.0.0.1:9/" } } });
  const loaded = await loadedBy("relay", "--check", file.path);
  expect(loaded.filter((path) => OF_THE_RELAY.test(path))).toContain("packages/hpx-relay/src/relay.ts");
});
