import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

/** Packages that the programs of test/stores/ import: not a part of the bundle. */
const CLIENTS = ["better-sqlite3", "ioredis", "nats", "pg", "postgres", "@nats-io/*", "@redis/*"];

const programs = new Map<string, Promise<string>>();

/** The bundle of the program `entry`, which any Node runs. It is gone when this process is. */
export function bundled(entry: string): Promise<string> {
  const program = programs.get(entry) ?? bundle(entry);
  programs.set(entry, program);
  return program;
}

async function bundle(entry: string): Promise<string> {
  // A bundle finds the packages of its program from there.
  const cache = join(packagesOf(dirname(entry)), ".cache/hpx-transport");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "program-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  const outfile = join(folder, "program.mjs");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@hpx/source", "node"],
    external: CLIENTS,
  });
  return outfile;
}

/** The nearest folder of installed packages. */
function packagesOf(folder: string): string {
  const packages = join(folder, "node_modules");
  return existsSync(packages) ? packages : packagesOf(dirname(folder));
}
