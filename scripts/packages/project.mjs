import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clients } from "./clients.mjs";
import { olderCompilers } from "./compilers.mjs";
import { run } from "./pack.mjs";
import { otherPackages } from "./snippets.mjs";

/** Installs the tarballs in an empty project, as a stranger would, beside what the code of the pages and the checks need. */
export async function install(project, packed) {
  const others = [...(await otherPackages()), ...olderCompilers, ...clients];
  await writeFile(join(project, "package.json"), '{ "type": "module", "private": true }');
  const tarballs = packed.map(({ file }) => file);
  await run("npm", ["install", "--no-audit", "--no-fund", ...tarballs, ...others], { cwd: project });
}
