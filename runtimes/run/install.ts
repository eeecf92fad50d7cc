import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { HOME, installed } from "./paths.js";
import { runProgram } from "./program.js";

/** Installs the versions of `package-lock.json` in this folder, unless they are already installed. */
export async function install(): Promise<void> {
  const wanted = createHash("sha256")
    .update(await readFile(`${HOME}package-lock.json`))
    .digest("hex");
  const mark = installed(".complete");
  const present = await readFile(mark, "utf8").catch(() => "");
  if (present === wanted) return;
  await runProgram("npm", ["ci", "--no-audit", "--no-fund"], { cwd: HOME, deadline: 300_000 });
  await writeFile(mark, wanted);
}
