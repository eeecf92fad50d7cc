// The built site in headless Chromium, at the widths of a phone, a tablet and a desk: nothing is wider than the window, no line of
// code wraps, no link leads nowhere, and axe finds no fault.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch } from "./support/browser.mjs";
import { layoutFaults } from "./support/faults.mjs";
import { pagesOf, sampleOf } from "./support/pages.mjs";
import { serve } from "./support/serve.mjs";

// Another site, to see this test fail: SITE=FOLDER.
const site = process.env.SITE ?? new URL("../../site/", import.meta.url).pathname;
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pages = await pagesOf(site);
const sample = sampleOf(pages);
const WINDOWS = [
  { width: 360, height: 780 },
  { width: 768, height: 1024 },
  { width: 1280, height: 900 },
];

let server;
let browser;
beforeAll(async () => {
  server = await serve(site);
  browser = await launch();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens pages one after the other in one tab, and calls `look` in each. */
async function visit(options, list, look) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(`an error in the page: ${error.message}`));
  page.on(
    "response",
    (response) => response.status() >= 400 && problems.push(`${response.status()} for ${response.url()}`),
  );
  const found = {};
  for (const path of list) {
    await page.goto(`${server.url}/${path}`, { waitUntil: "load" });
    await page.waitForFunction("document.querySelector('#app')?.__vue_app__ !== undefined");
    const faults = [...(await look(page, path)), ...problems.splice(0)];
    if (faults.length > 0) found[path] = faults;
  }
  await context.close();
  return found;
}

test("there are the pages that the bars name", () => {
  for (const page of ["index", "404", "guides/start", "options", "errors", "playground", "comparison", "decisions"]) {
    expect(pages).toContain(`${page}.html`);
  }
});

test.each(WINDOWS)(
  "at $width pixels nothing is wider than the window, and no code wraps",
  async (viewport) => {
    const found = await visit({ viewport }, sample, (page) => page.evaluate(layoutFaults));
    expect(found).toEqual({});
  },
  300_000,
);

test.each([
  { colorScheme: "light", viewport: WINDOWS[2] },
  { colorScheme: "dark", viewport: WINDOWS[2] },
  { colorScheme: "light", viewport: WINDOWS[0] },
])(
  "axe finds no fault, $colorScheme, at $viewport.width pixels",
  async (options) => {
    const found = await visit(options, sample, async (page) => {
      await page.evaluate(axe);
      const { violations } = await page.evaluate("axe.run({ resultTypes: ['violations'] })");
      return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target).join(", ")}`);
    });
    expect(found).toEqual({});
  },
  600_000,
);

test("every link of every page leads to a page and, where it names one, to an id on it", async () => {
  const ids = new Map();
  const links = [];
  for (const path of pages) {
    const html = await readFile(join(site, path), "utf8");
    ids.set(path, new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => unescaped(id))));
    for (const [, target] of html.matchAll(/<a [^>]*?href="([^"]+)"/g)) links.push({ path, target: unescaped(target) });
  }
  const broken = links.filter(({ path, target }) => !leadsSomewhere(path, target, ids));
  expect([...new Set(broken.map(({ path, target }) => `${path}: ${target}`))]).toEqual([]);
});

function unescaped(text) {
  return text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&#39;", "'");
}

function leadsSomewhere(from, target, ids) {
  const { origin, pathname, hash } = new URL(target, `http://site/${from}`);
  if (origin !== "http://site") return true;
  const path = decodeURIComponent(pathname).slice(1);
  const file = path === "" || path.endsWith("/") ? `${path}index.html` : path;
  if (!ids.has(file)) return /^(llms(-full)?\.txt|files\/)/.test(file);
  return hash === "" || ids.get(file).has(decodeURIComponent(hash.slice(1)));
}
