import { existsSync } from "node:fs";
import type { RelayConfig } from "hpx-relay";
import { chromium, type Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { feedServer, reached, startRelay } from "../relay-support.js";
import { temporaryFolder } from "../support.js";

const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
if (browserPath === undefined)
  process.stderr.write("SKIPPED: the status page in a browser: Chromium is not installed\n");

/** The status page of a relay in a browser. Errors of the page, its policy's refusals among them, fail the test. */
async function openPage(url: string): Promise<Page> {
  // Chromium has no sandbox for root. It opens only our own page.
  const args = ["--no-sandbox", "--disable-dev-shm-usage"];
  const browser = await chromium.launch({ executablePath: browserPath ?? "", args, timeout: 30_000 });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // A connection that is refused while the relay is away is one of the things that the page is tested for.
    if (message.type() === "error" && !message.text().includes("ERR_CONNECTION_REFUSED")) errors.push(message.text());
  });
  onTestFinished(async () => {
    await browser.close();
    expect(errors).toEqual([]);
  });
  await page.goto(url);
  return page;
}

const cell = (page: Page, source: string, column: number): Promise<string> =>
  page.locator(`tr[data-source="${source}"] td`).nth(column).innerText();

/** Waits until an expression is true in the page. */
async function holds(page: Page, expression: string): Promise<void> {
  // The page's policy allows no evaluation within the page, so the expression is sent again and again.
  const end = Date.now() + 60_000;
  while (!(await page.evaluate<boolean>(expression))) {
    if (Date.now() > end) throw new Error(`never true: ${expression}`);
    await page.waitForTimeout(50);
  }
}

describe.skipIf(browserPath === undefined)("the status page", () => {
  test(
    "shows a row for each source, follows the relay, and comes back after a restart",
    { timeout: 120_000 },
    async () => {
      const feed = await feedServer();
      feed.route("/gone", { status: 404 });
      const folder = temporaryFolder();
      const sources = { prices: { url: feed.url }, gone: { url: new URL("gone", feed.url) } };
      const config: RelayConfig = { id: "one", status: "127.0.0.1:0", sources };
      const relay = await startRelay(config, { folder });
      feed.publish({ id: "p-1", data: "x" });
      await reached(relay, "prices", 1);
      const page = await openPage(relay.statusUrl ?? "");
      await page.waitForSelector('tr[data-source="prices"] .state.flowing');
      expect(await cell(page, "prices", 2)).toBe("one");
      expect(await cell(page, "prices", 7)).toBe("p-1");
      expect(await cell(page, "gone", 1)).toBe("failed");
      expect(await cell(page, "gone", 9)).toBe("the server answered 404; a stream needs 200");
      expect(await page.innerText("#totals")).toContain("2 sources: 1 flowing, 1 failed");
      expect(await page.innerText("#ready")).toBe("ready");
      expect(await page.title()).toBe("one - hpx relay");

      feed.publish({ id: "p-2", data: "y" });
      await holds(page, `document.querySelector('tr[data-source="prices"] td.id')?.textContent === "p-2"`);
      await holds(
        page,
        `(document.querySelector('tr[data-source="prices"] path')?.getAttribute("d") ?? "").startsWith("M")`,
      );

      const address = new URL(relay.statusUrl ?? "").host;
      await relay.close();
      await page.waitForSelector("#live.away");
      expect(await page.innerText("#live")).toBe("the relay does not answer: trying again");
      const { prices } = sources;
      await startRelay({ ...config, id: "two", status: address, sources: { prices } }, { folder });
      await holds(page, `document.querySelector("#live")?.textContent === "live"`);
      await holds(page, `document.querySelectorAll("#rows tr").length === 1`);
      await holds(page, `document.querySelector("#id")?.textContent === "two"`);
    },
  );

  test(
    "a thousand sources: all are there, kept up to date, filtered and sorted; light and dark differ",
    { timeout: 120_000 },
    async () => {
      const feed = await feedServer();
      const names = Array.from({ length: 1000 }, (_, index) => `s${index}`);
      const relay = await startRelay(
        {
          status: "127.0.0.1:0",
          defaults: { connectsPerOrigin: 10_000 },
          sources: Object.fromEntries(names.map((name) => [name, { url: feed.url }])),
        },
        { folder: temporaryFolder() },
      );
      const page = await openPage(relay.statusUrl ?? "");
      await holds(page, `document.querySelector("#states")?.textContent === "1,000 flowing"`);
      feed.publish({ id: "the-last", data: "x" });
      await holds(
        page,
        `[...document.querySelectorAll("#rows td.id")].filter((each) => each.textContent === "the-last").length === 1000`,
      );
      expect(await page.locator("#rows tr").count()).toBe(1000);

      await page.fill("#filter", "S99");
      expect(await page.locator("#rows tr:visible").count()).toBe(11);
      expect(await page.innerText("#shown")).toBe("11 of 1,000 shown");
      await page.fill("#filter", "no such source");
      expect(await page.isVisible("#none")).toBe(true);
      await page.fill("#filter", "");
      await page.selectOption("#state", "failed");
      expect(await page.locator("#rows tr:visible").count()).toBe(0);
      await page.selectOption("#state", "");

      const first = (): Promise<string> => page.locator("#rows tr td").first().innerText();
      expect(await first()).toBe("s0");
      await page.click('th button[data-key="name"]');
      expect(await first()).toBe("s999");

      const background = (): Promise<string> => page.evaluate("getComputedStyle(document.body).backgroundColor");
      await page.emulateMedia({ colorScheme: "light" });
      const light = await background();
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await background()).not.toBe(light);

      // It still gets its updates.
      const updates = await page.evaluate<number>("Number(document.body.dataset.updates)");
      await holds(page, `Number(document.body.dataset.updates) > ${updates + 1}`);
    },
  );
});

test("a page may run its own script only, and connect to the relay only", async () => {
  const feed = await feedServer();
  const relay = await startRelay(
    { status: "127.0.0.1:0", sources: { a: { url: feed.url } } },
    { folder: temporaryFolder() },
  );
  const response = await fetch(relay.statusUrl ?? "");
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(
    /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'/,
  );
  expect(await response.text()).not.toMatch(/https?:\/\//);
});
