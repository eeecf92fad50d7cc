import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** Below the packages that are installed, which a bundle finds from there. */
const CACHE = join(import.meta.dirname, "../../../../../node_modules/.cache/hpx-transport");

const programs = new Map<string, Promise<string>>();

/** The bundle of a program of this folder, which any Node runs. It is gone when this process is. */
export function bundled(entry: string): Promise<string> {
  const program = programs.get(entry) ?? bundle(entry);
  programs.set(entry, program);
  return program;
}

async function bundle(entry: string): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, "program-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  const outfile = join(folder, "program.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@hpx/source", "node"],
    // The clients of the databases.
    external: ["better-sqlite3", "ioredis", "pg", "@nats-io/*", "@redis/*"],
  });
  return outfile;
}
