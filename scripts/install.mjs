import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Installs what the `package-lock.json` in `home` pins, unless just that is installed already. */
export async function install(home) {
  const lock = await readFile(join(home, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).digest("hex");
  const mark = join(home, "node_modules/.complete");
  if ((await readFile(mark, "utf8").catch(() => "")) === wanted) return;
  run("npm", ["ci"], home);
  await writeFile(mark, wanted);
}

/** Runs a program in `home`; if it fails, so does this process. */
export function run(program, args, home) {
  const { status, error } = spawnSync(program, args, { cwd: home, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
