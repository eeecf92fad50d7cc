import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./pack.mjs";

/** Runs the installed command under both of its names, as `npx` would. */
export async function commandProblems(project) {
  const problems = [];
  const manifest = JSON.parse(await readFile(join(project, "node_modules/hpx-cli/package.json"), "utf8"));
  for (const name of Object.keys(manifest.bin)) {
    const { stdout } = await run("npx", ["--no", "--", name, "--version"], { cwd: project, timeout: 60_000 });
    if (stdout.trim() !== manifest.version) problems.push(`${name} --version printed ${JSON.stringify(stdout)}`);
  }
  const args = ["--no", "--", "hpx-cli", "demo", "--seconds", "1"];
  const { stdout } = await run("npx", args, { cwd: project, timeout: 60_000 });
  if (!stdout.includes("lost 0, duplicated 0")) problems.push(`hpx-cli demo printed ${String(stdout).slice(-200)}`);
  return problems;
}
