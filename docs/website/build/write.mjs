import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { staged } from "./paths.mjs";

/** Writes a page of the site, unless it is there as it is: a page that is written again is loaded again by `docs:dev`. */
export async function writePage(path, text) {
  const target = join(staged, path);
  const before = await readFile(target, "utf8").catch(() => undefined);
  if (before === text) return;
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
}
