// The playground in headless Chromium: what a person does there, and that nothing leaves the page.
import { createServer } from "node:http";
import { beforeEach, expect, test } from "vitest";
import { openSite } from "./support/site.mjs";

const site = process.env.SITE ?? new URL("../../site/", import.meta.url).pathname;
const DEADLINE = 30_000;
const opened = openSite(site);
let page;
const requests = [];
beforeEach(async () => {
  await page?.close();
  page = await opened.browser.newPage();
  page.setDefaultTimeout(DEADLINE);
  requests.length = 0;
  page.on("request", (request) => requests.push(`${request.method()} ${request.url()}`));
  await page.goto(`${opened.url}/playground.html`);
  await part("agree").waitFor();
});

const part = (name) => page.locator(`[data-test="${name}"]`);
const rows = () => part("outputs").locator("tbody tr").allInnerTexts();

test("an event is out at the byte that completes it, after as many bytes as the standard says", async () => {
  await part("body").fill("data: a\n\nid: 7\ndata: b\n\n");
  await part("cuts").selectOption("bytes");
  expect(await rows()).toEqual([
    expect.stringMatching(/^9\tevent\t.*"data":"a"/),
    expect.stringMatching(/^24\tevent\t.*"id":"7"/),
  ]);
  await part("position").fill("8");
  expect(await rows()).toEqual([]);
  await part("step").click();
  expect(await rows()).toHaveLength(1);
});

test.each(["LF", "CRLF", "CR"])("with %s and every way to cut, the results are the same", async (end) => {
  await part("line-end").selectOption(end);
  for (const cuts of ["whole", "lines", "random", "bytes"]) {
    await part("cuts").selectOption(cuts);
    expect(await part("agree").innerText()).toContain("✔ The same 6 results");
  }
});

test("a body that is fetched is cut where its chunks ended", async () => {
  const feed = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Access-Control-Allow-Origin": "*" });
    response.write("id: 1\ndata: fi");
    setTimeout(() => response.end("rst\n\n"), 200); // so that the browser sees two chunks
  });
  await new Promise((resolve) => feed.listen(0, "127.0.0.1", resolve));
  try {
    await part("url").fill(`http://127.0.0.1:${feed.address().port}/`);
    await part("fetch").click();
    await page.waitForFunction(`document.querySelector('[data-test="status"]').textContent === "19 bytes in 2 chunks"`);
    expect(await rows()).toEqual([expect.stringContaining('"data":"first"')]);
    expect(await part("last-id").innerText()).toBe('"1"');
  } finally {
    feed.closeAllConnections();
    feed.close();
  }
});

test("a fetch that fails says why", async () => {
  await part("url").fill("http://127.0.0.1:9/");
  await part("fetch").click();
  await page.waitForFunction(`document.querySelector('[data-test="status"]').textContent.startsWith("It failed: ")`);
});

test("the example recording has the findings of the doctor, and a picture of each connection", async () => {
  await part("sample").click();
  const findings = await part("findings").innerText();
  expect(findings).toMatch(/✖ Resume.*It ignores Last-Event-ID: after "6" it began again with "1"/s);
  expect(findings).toMatch(/✖ Lasting.*The connection broke/s);
  expect(await page.locator(".timeline svg").count()).toBe(3);
});

test("a recording that is dropped on the page is read, and sent nowhere", async () => {
  const lines = [
    {
      format: "hpx-sse-recording",
      version: 1,
      url: "https://example.com/x",
      method: "GET",
      started: "2026-01-01T00:00:00Z",
    },
    { t: 0, request: { lastEventId: "" } },
    { t: 10, response: { status: 200, headers: { "content-type": "text/html" } } },
  ];
  const text = `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`;
  const transfer = await page.evaluateHandle((content) => {
    const data = new DataTransfer();
    data.items.add(new File([content], "bug.jsonl"));
    return data;
  }, text);
  await part("drop").dispatchEvent("drop", { dataTransfer: transfer });
  await part("findings").waitFor();
  expect(await part("findings").innerText()).toMatch(/✖ Content type.*text\/html/s);
  // The page loads parts of the site ahead; nothing is asked for elsewhere, and nothing is sent.
  expect(requests.filter((request) => !request.startsWith(`GET ${opened.url}/`) || request.includes("bug"))).toEqual(
    [],
  );
});

test("a file that is no recording, and a damaged line, are named", async () => {
  const give = (text) =>
    part("file").setInputFiles({ name: "x.jsonl", mimeType: "text/plain", buffer: Buffer.from(text) });
  await give("hello\n");
  await page.getByText("This is no recording").waitFor();
  await give('{"format":"hpx-sse-recording","version":1,"url":"https://example.com/"}\n{"t":"never"}\n');
  await page.getByText("Line 2 is damaged").waitFor();
});

test("what a recording holds cannot become a part of the page", async () => {
  const evil = '<img src=x onerror="document.title=1">';
  const lines = [
    { format: "hpx-sse-recording", version: 1, url: "https://example.com/", method: evil, started: "" },
    { t: 0, request: { lastEventId: "" } },
    { t: 1, response: { status: 200, headers: { "content-type": "text/event-stream", server: evil } } },
    { t: 2, text: `${evil}: x\nid: ${evil}\ndata: ${evil}\n\n` },
  ];
  const text = `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`;
  await part("file").setInputFiles({ name: `${evil}.jsonl`, mimeType: "text/plain", buffer: Buffer.from(text) });
  await part("findings").waitFor();
  expect(await page.locator(".playground img").count()).toBe(0);
});
