import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { markup } from "../../src/doctor/html/escape.js";
import { lanesOf } from "../../src/doctor/html/lanes.js";
import type { Probe } from "../../src/doctor/evidence.js";
import { NoteTaker } from "../../src/doctor/note-taker.js";
import { bundle, start } from "../support/program.js";
import { temporaryFile } from "../support/resources.js";
import { healthyServer, serverWith } from "./support.js";

let hpx = "";
beforeAll(async () => {
  hpx = await bundle("packages/hpx-cli/src/main.ts");
});

const fast = ["--seconds", "900ms"];

async function reportOf(url: string, ...args: string[]): Promise<string> {
  const file = temporaryFile("report.html");
  const program = start(hpx, ["sse", "doctor", ...fast, "--html", file, ...args, url]);
  await program.exitCode;
  return readFileSync(file, "utf8");
}

test.concurrent("the page has the checks, a timeline of both connections, and the headers of the stream", async () => {
  const server = await healthyServer();
  const page = await reportOf(server.url);
  expect(page).toMatch(/^<!doctype html>\n/);
  expect(page).toContain(`<h1>GET ${server.url}</h1>`);
  expect(page).toMatch(/✔ Status<\/th>\n<td><p><span class="ok">ok<\/span>: 200 after [\d.]+ m?s/);
  expect(page).toMatch(/aria-label="First connection: \d+ events and \d+ heartbeats in [\d.]+ m?s"/);
  expect(page).toMatch(/<rect class="events" [^>]*><title>\d+ events? after [\d.]+ m?s<\/title>/);
  expect(page).toMatch(/<rect class="heartbeats" [^>]*><title>\d+ heartbeats? after [\d.]+ m?s<\/title>/);
  expect(page).toMatch(/<figcaption>Connected again, after the id &quot;\d+&quot;<\/figcaption>/);
  expect(page).toMatch(/<th scope="row">cache-control<\/th><td>no-cache<\/td>/);
});

test.concurrent("it has both a light and a dark appearance, loads nothing, and allows no script", async () => {
  const server = await healthyServer();
  const page = await reportOf(server.url);
  expect(page).toContain("prefers-color-scheme: dark");
  expect(page).toContain('content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"');
  expect(page).not.toMatch(/<(script|link|img|iframe|object|image|use)\b|\b(src|href|on\w+)=|url\(|@import/);
});

test.concurrent("nothing that the server sends is markup or steers a reader", async () => {
  const evil = `\u202E"><script>alert(1)</script>'<img src=x onerror=alert(2)>&lt;`;
  const headers = { server: `nginx <script>alert(3)</script>` };
  const server = await serverWith({
    headers,
    body: `id: ${evil}1\nevent: ${evil}\ndata: a\n\nid: ${evil}2\ndata: ${evil}\n\nid: ${evil}3\ndata: b\n\n${evil}: x\n\n`,
    finish: "hold",
  });
  const page = await reportOf(`${server.url}<script>/`);
  expect(page).not.toMatch(/<script|<img|\u202E/);
  expect(page).toContain("&lt;script&gt;alert(3)");
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&#39;&lt;img");
  const refused = await serverWith({ status: 403, body: evil });
  expect(await reportOf(refused.url)).toContain("The server says: &quot;&gt;&lt;script&gt;");
});

test.concurrent("no secret of the request is in it, and no data", async () => {
  const server = await serverWith({
    headers: { via: "1.1 key-SECRET", "x-echo": "key-SECRET", location: "/?token=query-SECRET" },
    body: "id: cookie-SECRET\ndata: private-DATA\n\nid: b\ndata: x\n\nkey-SECRET: y\n\n",
    finish: "hold",
  });
  const secrets = ["-H", "X-Key: key-SECRET", "-b", "s=cookie-SECRET", "-u", "me:pass-SECRET"];
  const page = await reportOf(`${server.url}?token=query-SECRET`, ...secrets);
  expect(page).toContain("1.1 (hidden)");
  expect(page).not.toMatch(/SECRET|private-DATA/);
  const refused = await serverWith({ status: 401, body: "bad key-SECRET, pass-SECRET, query-SECRET" });
  const text = await reportOf(`${refused.url}?token=query-SECRET`, ...secrets);
  expect(text).toContain("The server says: bad (hidden), (hidden), (hidden)");
});

test.concurrent("a long secret is hidden also where a sentence cuts it", async () => {
  const token = `token-${"SECRET".repeat(20)}`;
  const server = await serverWith({ body: `id: ${token}\ndata: a\n\n${token}: x\n\n`, finish: "hold" });
  const page = await reportOf(server.url, "-H", `Authorization: Bearer ${token}`);
  expect(page).not.toContain("SECRET");
  expect(page).toContain("&quot;(hidden)…&quot;");
});

test.concurrent("the file is the user's alone; an existing one is replaced with --force only, a link never followed", async () => {
  const server = await serverWith({ status: 404 });
  const file = temporaryFile("report.html");
  const args = (path: string, ...more: string[]): string[] => ["sse", "doctor", "--html", path, ...more, server.url];
  expect(await start(hpx, args(file)).exitCode).toBe(1);
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  writeFileSync(file, "mine");
  const link = `${file}.link`;
  symlinkSync(file, link);
  for (const path of [file, link]) {
    const refused = start(hpx, args(path));
    expect(await refused.exitCode).toBe(2);
    expect(refused.output.stderr).toMatch(/^error: --html: ".*(\(it exists\)).* --force replaces this one\n$/);
  }
  expect(server.requests).toHaveLength(1);
  expect(await start(hpx, args(link, "--force")).exitCode).toBe(1);
  expect([readFileSync(file, "utf8"), readFileSync(link, "utf8").slice(0, 9)]).toEqual(["mine", "<!doctype"]);
});

test.concurrent("it is written also where the reader of standard output is gone", async () => {
  const server = await serverWith({ status: 404 });
  const file = temporaryFile("report.html");
  const program = start(hpx, ["sse", "doctor", "--html", file, server.url]);
  program.process.stdout.destroy();
  await program.exitCode;
  expect(readFileSync(file, "utf8")).toContain("404");
});

test.concurrent("a disk that is full is one line and 1, and the report is printed", async () => {
  const server = await healthyServer();
  const program = start(hpx, ["sse", "doctor", ...fast, "--html", "/dev/full", server.url]);
  expect(await program.exitCode).toBe(1);
  expect(program.output.stderr).toMatch(/^--html: the file could not be written: ENOSPC.*\n$/);
  expect(program.output.stdout).toMatch(/ checks passed\.\n$/);
});

test.concurrent("there is no page where there was no answer to Ctrl-C", async () => {
  const server = await serverWith({ head: false, finish: "hold" });
  const file = temporaryFile("report.html");
  const program = start(hpx, ["sse", "doctor", "--seconds", "1h", "--html", file, server.url]);
  await server.request(1);
  program.process.kill("SIGINT");
  expect(await program.exitCode).toBe(0);
  expect(existsSync(file)).toBe(false);
});

test("a value of the template is escaped, in text and in attributes", () => {
  expect(markup`<a b="${`x" onclick='y' <&>`}">${"\u0000\u202E<b>"}</a>`.text).toBe(
    '<a b="x&quot; onclick=&#39;y&#39; &lt;&amp;&gt;"> &lt;b&gt;</a>',
  );
});

test("events and heartbeats are counted by span, also where a heartbeat comes in the middle of a burst", () => {
  const taker = new NoteTaker(0);
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  taker.chunk(bytes("data: a\n\n"), 100);
  taker.chunk(bytes("event: ping\ndata: x\n\ndata: b\n\n"), 110);
  taker.chunk(bytes(": beat\n\n"), 900);
  const probe = { notes: taker.notes(1000), watched: 1000 } as Probe;
  expect(lanesOf(probe, 10)).toEqual({
    events: [{ span: 1, count: 2, at: 100 }],
    heartbeats: [
      { span: 1, count: 1, at: 100 },
      { span: 9, count: 1, at: 900 },
    ],
  });
});
