// The reference: TypeDoc writes it as Markdown into the pages of the site. Any warning of TypeDoc's is a failure: a public name
// without a comment, one that cannot be reached, a link to nowhere.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { publicEntries } from "./entries.mjs";
import { home, root } from "./paths.mjs";

export async function writeReference() {
  const entries = await publicEntries();
  const points = entries.flatMap(({ file }) => ["--entryPoints", join(root, file)]);
  const { status } = spawnSync("node", ["node_modules/typedoc/bin/typedoc", ...points], {
    cwd: home,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`typedoc ended with ${status}`);
}
