// The comment at the top of each entry is its page in the reference: a quick start and an index of its exports.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { nodeSqlite } from "./clients.mjs";
import { root, run } from "./pack.mjs";

/** What is missing from the pages of a package, and what does not compile of their quick starts. */
export async function pageProblems(project, { name, manifest }) {
  const problems = [];
  const folder = join(project, "quick-starts", name);
  await mkdir(folder, { recursive: true });
  for (const [path, target] of Object.entries(manifest.exports)) {
    if (path === "./package.json") continue;
    const entry = name + path.slice(1);
    const source = target["@hpx/source"] ?? target.node["@hpx/source"];
    const text = await readFile(join(root, "packages", name, source), "utf8");
    const page = (/^\/\*\*\n(.*?) \*\/\n/s.exec(text)?.[1] ?? "").replaceAll(/^ \* ?/gm, "");
    const [, quickStart] = /^@example\n(.*?)^@/ms.exec(page) ?? [];
    if (!page.endsWith(`@module ${entry}\n`)) problems.push(`${source}: no "@module ${entry}" at the end`);
    if (quickStart === undefined) problems.push(`${source}: no quick start`);
    else await writeFile(join(folder, `${entry.replaceAll("/", "-")}.ts`), quickStart);
    const linked = new Set([...page.matchAll(/\{@link (\w+)/g)].map(([, link]) => link));
    const left = (await namesOf(project, name, target)).filter((each) => !linked.has(each));
    if (left.length > 0) problems.push(`${source}: nothing about ${left.join(", ")}`);
  }
  return problems.concat(await typeProblems(folder));
}

/** What can be imported of an entry, types apart. */
async function namesOf(project, name, target) {
  const file = join(project, "node_modules", name, target.default.default ?? target.default);
  return Object.keys(await import(pathToFileURL(file).href));
}

async function typeProblems(folder) {
  const compilerOptions = {
    target: "es2022",
    lib: ["es2023", "esnext.disposable", "dom"],
    types: ["node"],
    strict: true,
    noEmit: true,
    module: "nodenext",
  };
  await writeFile(join(folder, "node-sqlite.d.ts"), nodeSqlite);
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  return run(join(root, "node_modules/.bin/tsc"), ["-p", folder]).then(
    () => [],
    (error) => [error.message],
  );
}
