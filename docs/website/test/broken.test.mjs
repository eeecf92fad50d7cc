// Pages that are broken on purpose: each fault that the tests of the site look for is found.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { axeFaults, layoutFaults } from "./support/faults.mjs";
import { brokenLinks } from "./support/links.mjs";
import { openSite } from "./support/site.mjs";

const site = new URL("../../site/", import.meta.url).pathname;
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const opened = openSite(site);
let page;
beforeEach(async () => {
  await page?.close();
  page = await opened.browser.newPage({ viewport: { width: 360, height: 780 } });
  await page.goto(`${opened.url}/guides/start.html`);
});

const append = (html) =>
  page.evaluate((text) => document.querySelector(".vp-doc").insertAdjacentHTML("beforeend", text), html);

test("a part that is wider than the window", async () => {
  expect(await page.evaluate(layoutFaults)).toEqual([]);
  await append('<div style="width: 500px">wide</div>');
  expect(await page.evaluate(layoutFaults)).toEqual([
    expect.stringMatching(/^the page is 5\d\d pixels wide in a window of 360$/),
    expect.stringContaining("reaches from 24 to 524"),
  ]);
});

test("a line of text that does not break", async () => {
  await append(`<div style="white-space: nowrap">${"word ".repeat(30)}</div>`);
  expect(await page.evaluate(layoutFaults)).toEqual([expect.stringContaining("pixels wide in a window of 360")]);
});

test("code that wraps", async () => {
  await page.addStyleTag({ content: ".vp-doc div[class*='language-'] code { white-space: pre-wrap !important; }" });
  expect(await page.evaluate(layoutFaults)).toContainEqual(expect.stringContaining("a line of code wraps: import"));
});

test("a missing image", async () => {
  await append('<img id="missing" src="/files/missing.svg" alt="missing">');
  await page.waitForFunction("document.getElementById('missing').complete");
  expect(await page.evaluate(layoutFaults)).toEqual([expect.stringContaining("missing.svg is not there")]);
});

test("text that is too pale, an image without a text, a field without a label", async () => {
  await append('<p style="color: #ccc">pale</p><img src="/favicon.svg"><input>');
  await page.evaluate(axe);
  const faults = await page.evaluate(axeFaults);
  for (const rule of ["color-contrast", "image-alt", "label"])
    expect(faults).toContainEqual(expect.stringMatching(`^${rule}:`));
});

test("a link to a page that is not there, and to an id that is not on it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "site-"));
  try {
    const links =
      '<a href="/b.html">1</a> <a href="#c">2</a> <a href="a.html#d">3</a> <a id="e" href="/a.html#e">4</a>';
    await writeFile(join(folder, "a.html"), `${links} <a href="https://example.com/">5</a>`);
    expect(await brokenLinks(folder, ["a.html"])).toEqual(["a.html: /b.html", "a.html: #c", "a.html: a.html#d"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
