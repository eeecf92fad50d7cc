import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import manifest from "../../package.json" with { type: "json" };
import { afterAll } from "vitest";
import { onTestFinished } from "./resources.js";

/** The dependencies of the command from the registry. */
const installed = Object.keys(manifest.dependencies).filter((name) => !/^(?:hpx-.*|sseer)$/.test(name));
const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** A program made from its sources as they are, so that no test depends on a build. */
export async function bundle(source: string): Promise<string> {
  // Inside node_modules, so that external modules are found.
  const cache = join(root, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, "hpx-cli-test-"));
  afterAll(() => rm(directory, { recursive: true }));
  // Where the package has it, seen from its dist: the version is read from there.
  await copyFile(join(root, "packages/hpx-cli/package.json"), join(directory, "package.json"));
  const outfile = join(directory, "dist/program.mjs");
  await build({
    entryPoints: [join(root, source)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@hpx/source"],
    external: ["@nats-io/*", "@opentelemetry/*", "better-sqlite3", "undici", "yaml", ...installed],
  });
  return outfile;
}

export interface Program {
  readonly process: ChildProcessWithoutNullStreams;
  /** What it wrote so far. */
  readonly output: { stdout: string; stderr: string };
  /** Resolves when standard output matches; rejects when it closes without. */
  prints(pattern: RegExp): Promise<void>;
  /** The same for standard error. */
  complains(pattern: RegExp): Promise<void>;
  /** Its exit code, when everything was read. */
  readonly exitCode: Promise<number | null>;
}

/** Runs a bundled program; it does not outlive the test. */
export function start(program: string, args: readonly string[], env: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const closed = once(child, "close");
  const until = async (name: "stdout" | "stderr", pattern: RegExp): Promise<void> => {
    while (!pattern.test(output[name])) {
      const [next] = await Promise.race([once(child[name], "data"), closed.then(() => [])]);
      if (next === undefined) throw new Error(`${String(pattern)} never came: ${JSON.stringify(output)}`);
    }
  };
  return {
    process: child,
    output,
    prints: (pattern) => until("stdout", pattern),
    complains: (pattern) => until("stderr", pattern),
    exitCode: closed.then(([code]) => code as number | null),
  };
}
