// The built site in headless Chromium, at the widths of a phone, a tablet and a desk: nothing is wider than the window, no line of
// code wraps, no link leads nowhere, and axe finds no fault.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { axeFaults, layoutFaults } from "./support/faults.mjs";
import { brokenLinks } from "./support/links.mjs";
import { pagesOf, sampleOf } from "./support/pages.mjs";
import { openSite } from "./support/site.mjs";

// Another site, to see this test fail: SITE=FOLDER.
const site = process.env.SITE ?? new URL("../../site/", import.meta.url).pathname;
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pages = await pagesOf(site);
const sample = sampleOf(pages);
/** Both colour schemes, over the three widths. */
const WINDOWS = [
  { viewport: { width: 360, height: 780 }, colorScheme: "light" },
  { viewport: { width: 768, height: 1024 }, colorScheme: "dark" },
  { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
];

/** For one page, on a busy machine; in milliseconds. */
const DEADLINE = 60_000;

const opened = openSite(site);

/** Opens pages one after the other in one tab, and calls `look` in each. */
async function visit(options, list, look) {
  const context = await opened.browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(DEADLINE);
  const problems = [];
  page.on("pageerror", (error) => problems.push(`an error in the page: ${error.message}`));
  page.on(
    "response",
    (response) => response.status() >= 400 && problems.push(`${response.status()} for ${response.url()}`),
  );
  const found = {};
  for (const path of list) {
    await page.goto(`${opened.url}/${path}`, { waitUntil: "load" });
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
  "at $viewport.width pixels, $colorScheme: nothing is wider than the window, no code wraps, axe finds no fault",
  async (options) => {
    const found = await visit(options, sample, async (page) => {
      const faults = await page.evaluate(layoutFaults);
      await page.evaluate(axe);
      return [...faults, ...(await page.evaluate(axeFaults))];
    });
    expect(found).toEqual({});
  },
  900_000,
);

test("every link of every page leads to a page and, where it names one, to an id on it", async () => {
  expect(await brokenLinks(site, pages)).toEqual([]);
});
