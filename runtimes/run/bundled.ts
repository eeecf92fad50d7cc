import { join } from "node:path";
import { build } from "esbuild";
import { inFolder } from "./bundle.js";
import { contractFile, HOME, installed } from "./paths.js";
import { runProgram, versionOf } from "./program.js";
import { CONTRACT_DEADLINE, type Runtime } from "./runtime.js";

/** Bundles `ENTRY` with all packages to `FOLDER/bundle.mjs`. */
type Bundler = (environment: { readonly ENTRY: string; readonly FOLDER: string }) => Promise<void>;

/** Runs the command of a bundler with a configuration from the folder `bundlers`. */
function command(name: string, ...args: string[]): Bundler {
  const config = `${HOME}bundlers/${name}.config.mjs`;
  return (environment) =>
    runProgram(installed(`.bin/${name}`), [...args, "--config", config], { cwd: HOME, environment, deadline: 60_000 });
}

const bundlers: Readonly<Record<string, Bundler>> = {
  vite: command("vite", "build"),
  rollup: command("rollup", "--silent"),
  webpack: command("webpack", "--stats", "errors-only"),
  esbuild: async ({ ENTRY, FOLDER }) => {
    await build({
      entryPoints: [ENTRY],
      outfile: join(FOLDER, "bundle.mjs"),
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      // `ws` is CommonJS, and a module of the bundle has no `require`.
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    });
  },
};

/**
 * The contract as a program for Node, made by a bundler. Bundlers choose different conditions, and treat `require` and
 * `node:` modules in different ways.
 */
function bundledRuntime(node: string, bundler: string, makeBundle: Bundler): Runtime {
  const program = installed(`${node}/bin/node`);
  return {
    name: `${bundler} on ${node}`,
    version: () => versionOf(program),
    run: (setting, onLine) =>
      inFolder(async (folder) => {
        await makeBundle({ ENTRY: contractFile("entry-process"), FOLDER: folder });
        const args = ["--expose-gc", join(folder, "bundle.mjs"), JSON.stringify({ ...setting, runtime: node })];
        await runProgram(program, args, { onLine, cwd: folder, deadline: CONTRACT_DEADLINE });
      }),
  };
}

export const bundled: readonly Runtime[] = ["node-20", "node-22", "node-24"].flatMap((node) =>
  Object.entries(bundlers).map(([name, makeBundle]) => bundledRuntime(node, name, makeBundle)),
);
