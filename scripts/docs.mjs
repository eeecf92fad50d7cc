// `npm run docs`: the API reference and the guides as a website in docs/site. Any warning of typedoc's is a failure: a
// public name without a comment, one that cannot be reached, a link to nowhere.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

// A folder of its own, outside the workspace: typedoc needs an older TypeScript than the rest.
const home = new URL("../docs/", import.meta.url).pathname;

await install();
run("node", ["node_modules/typedoc/bin/typedoc"]);

/** Installs what `package-lock.json` there pins, unless just that is installed already. */
async function install() {
  const lock = await readFile(join(home, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).digest("hex");
  const mark = join(home, "node_modules/.complete");
  if ((await readFile(mark, "utf8").catch(() => "")) === wanted) return;
  run("npm", ["ci"]);
  await writeFile(mark, wanted);
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: home, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
