import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { contractFile } from "./paths.js";

/** Bundles an entry of the contract with the conditions that bundlers use for that runtime. */
export async function bundle(
  entry: string,
  outfile: string,
  format: "esm" | "iife",
  conditions: string[],
): Promise<void> {
  await build({
    entryPoints: [contractFile(entry)],
    outfile,
    bundle: true,
    format,
    platform: "neutral",
    target: "es2022",
    conditions,
    logLevel: "warning",
  });
}

/** Creates a folder, calls `use`, and deletes the folder. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "runtimes-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
