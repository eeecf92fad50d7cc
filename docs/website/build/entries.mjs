// The public entries of the packages, as their package.json exports them: the reference and the options come from these.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** Every entry with its name, as it is imported, and its source file from the root; packages in the order to learn them. */
export async function publicEntries() {
  const folders = await readdir(join(root, "packages"));
  const order = ["hpx-transport", "sseer"];
  const rank = (name) => (order.includes(name) ? order.indexOf(name) : order.length);
  const entries = [];
  for (const folder of folders.toSorted((a, b) => rank(a) - rank(b))) {
    const description = JSON.parse(await readFile(join(root, "packages", folder, "package.json"), "utf8"));
    for (const [path, target] of Object.entries(description.exports ?? {})) {
      const source = sourceOf(target);
      if (source === undefined) continue;
      entries.push({
        name: posixJoin(description.name, path),
        file: `packages/${folder}/${source.replace(/^\.\//, "")}`,
      });
    }
  }
  return entries;
}

/** The source of an export: on Node, where it depends on the runtime. */
function sourceOf(target) {
  if (typeof target !== "object" || target === null) return undefined;
  return target["@hpx/source"] ?? sourceOf(target.node) ?? sourceOf(target.default);
}

function posixJoin(name, path) {
  return path === "." ? name : `${name}/${path.slice(2)}`;
}
