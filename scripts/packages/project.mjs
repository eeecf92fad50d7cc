import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root, run } from "./pack.mjs";

/** Installs the tarballs in an empty project, as a stranger would, beside what the README's snippets need. */
export async function install(project, packed) {
  const { devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const others = ["zod", "@types/node"].map((name) => `${name}@${devDependencies[name]}`);
  await writeFile(join(project, "package.json"), '{ "type": "module", "private": true }');
  const tarballs = packed.map(({ file }) => file);
  await run("npm", ["install", "--no-audit", "--no-fund", ...tarballs, ...others], { cwd: project });
}
