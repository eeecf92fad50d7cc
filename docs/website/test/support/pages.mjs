import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

/** Every page of the built site, as a path. */
export async function pagesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".html"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

/**
 * A sample of the pages that are made from a template: the reference and the files of the repository look alike, so the ones
 * with the most text stand for all of them.
 */
export function sampleOf(pages) {
  const written = pages.filter((page) => !/^(reference|source)\//.test(page));
  const made = [
    "reference/index.html",
    "reference/hpx-transport/index.html",
    "reference/hpx-transport/sse/index.html",
    "reference/hpx-transport/sse/interfaces/SseOptions.html",
    "reference/hpx-transport/classes/TransportError.html",
    "source/runtimes/package.json.html",
  ];
  return [...written, ...made.filter((page) => pages.includes(page))];
}
