import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The links of `pages` that lead to no page of the site, or to an id that is not on it. Links to other sites are not followed. */
export async function brokenLinks(folder, pages) {
  const ids = new Map();
  const links = [];
  for (const path of pages) {
    const html = await readFile(join(folder, path), "utf8");
    ids.set(path, new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => unescaped(id))));
    for (const [, target] of html.matchAll(/<a [^>]*?href="([^"]+)"/g)) links.push({ path, target: unescaped(target) });
  }
  const broken = links.filter(({ path, target }) => !leadsSomewhere(path, target, ids));
  return [...new Set(broken.map(({ path, target }) => `${path}: ${target}`))];
}

function unescaped(text) {
  return text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}

function leadsSomewhere(from, target, ids) {
  const { origin, pathname, hash } = new URL(target, `http://site/${from}`);
  if (origin !== "http://site") return true;
  const path = decodeURIComponent(pathname).slice(1);
  const file = path === "" || path.endsWith("/") ? `${path}index.html` : path;
  if (!ids.has(file)) return /^(llms(-full)?\.txt|files\/)/.test(file);
  return hash === "" || ids.get(file).has(decodeURIComponent(hash.slice(1)));
}
