import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createGzip } from "node:zlib";
import { expect, test } from "vitest";
import { onTestFinished } from "../support/resources.js";
import { diagnose, serverWith } from "./support.js";

const STREAM = { "content-type": "text/event-stream", "cache-control": "no-cache" };

/** A stream that resumes, whose events go through a compressor that is never flushed, for clients that take gzip. */
async function unflushed(options: {
  sendsHead: boolean;
  headers?: Record<string, string>;
  flushAfter?: number;
}): Promise<URL> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let id = Number(request.headers["last-event-id"] ?? 0);
    const compresses = request.headers["accept-encoding"]?.includes("gzip") === true;
    const encoding = compresses ? { "content-encoding": "gzip" } : {};
    response.writeHead(200, { ...STREAM, ...options.headers, ...encoding });
    if (options.sendsHead || !compresses) response.flushHeaders();
    const gzip = createGzip();
    // What zlib gives out by itself is the head of its format; Express and others send it with the first bytes.
    let held = Buffer.alloc(0);
    gzip.on("data", (bytes: Buffer) => {
      held = Buffer.concat([held, bytes]);
      if (held.length <= 10) return;
      response.write(held);
      held = Buffer.alloc(0);
    });
    const timer = setInterval(
      () => (compresses ? gzip : response).write(`id: ${(id += 1)}\ndata: x\n\n: beat\n\n`),
      50,
    );
    const { flushAfter } = options;
    const late = flushAfter === undefined || !compresses ? undefined : setTimeout(() => gzip.flush(), flushAfter);
    response.on("close", () => {
      clearInterval(timer);
      clearTimeout(late);
    });
  });
  onTestFinished(() => server.close().closeAllConnections());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

test.concurrent("the head too: it asks again without compression, says so, and judges that stream", async () => {
  const url = await unflushed({ sendsHead: false });
  const results = await diagnose(url.href);
  const errors = results.filter(({ severity }) => severity !== "ok");
  expect(errors).toEqual([
    {
      check: "Compression",
      severity: "error",
      says: expect.stringMatching(
        /^Compression holds everything back: not even a response came in \d\.\d s\. Asked again without compression, it answered after [\d.]+ m?s; the other checks are about that\.$/,
      ),
      fix: expect.stringMatching(
        /^Flush the compressor after each event.*nginx: .*gzip_types.*; HAProxy: .*`compression type`; Express: `res.flush\(\)`/,
      ),
    },
  ]);
  const passed = results.filter(({ severity }) => severity === "ok").map(({ check }) => check);
  expect(passed).toEqual(expect.arrayContaining(["Status", "Events", "Ids", "Reconnect", "Resume"]));
});

test.concurrent("the body: never the headers are blamed, and not the events or the heartbeats", async () => {
  const url = await unflushed({ sendsHead: true, headers: { "x-powered-by": "Express" } });
  const results = await diagnose(url.href);
  expect(results.filter(({ severity }) => severity !== "ok").map(({ check, says }) => [check, says])).toEqual([
    ["Compression", expect.stringMatching(/^Compression \(gzip\) holds everything back: nothing came in /)],
  ]);
  // The way out of what the response names comes first.
  expect(results.find(({ check }) => check === "Compression")).toMatchObject({
    fix: expect.stringMatching(/uncompressed\. Express: .*; nginx: .*; HAProxy: /),
  });
});

test.concurrent("a head that comes late with the first compressed bytes: compression is blamed, the headers are not", async () => {
  const url = await unflushed({ sendsHead: false, flushAfter: 1700 });
  const results = await diagnose(url.href, { time: 3600 });
  expect(results.filter(({ severity }) => severity === "error").map(({ says }) => says)).toEqual([
    expect.stringMatching(
      /^Compression \(gzip\) holds events back: the first event came after \d\.\d s; without it after [\d.]+ m?s\.$/,
    ),
  ]);
  expect(results.map(({ check }) => check)).not.toContain("Headers");
});

test.concurrent("a late and compressed answer to a POST: the doctor says that it may be the compressor", async () => {
  const url = await unflushed({ sendsHead: false, flushAfter: 1700 });
  const results = await diagnose(url.href, { time: 3600, flags: { request: "POST" } });
  const found = results.find(({ check }) => check === "Headers");
  expect(found?.says).toMatch(
    /^The response took \d\.\d s, and it is compressed: the compressor may have held it back\.$/,
  );
});

test.concurrent("a POST cannot be asked again: the doctor says how to find out", async () => {
  const url = await unflushed({ sendsHead: false });
  const [finding] = await diagnose(url.href, { time: 600, flags: { request: "POST" } });
  expect(finding).toMatchObject({
    check: "Connection",
    says: expect.stringMatching(/^No response came within [\d.]+ m?s\.$/),
    fix: expect.stringContaining("-H 'Accept-Encoding: identity' shows"),
  });
});

test.concurrent("a slow answer without compression is not blamed on compression", async () => {
  const server = await serverWith(
    (exchange) => exchange.follow(),
    async (exchange) => {
      await exchange.delay(1700);
      await exchange.follow();
    },
  );
  const results = await diagnose(server.url, { time: 3600 });
  expect(results.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(results.find(({ check }) => check === "Headers")?.says).toMatch(/^The headers took \d\.\d s\.$/);
  expect(results.find(({ check }) => check === "Compression")?.says).toBe("none");
});

test.concurrent.each([
  [
    { status: 404, body: '{"error":"no such model"}' },
    'There is nothing at this address (404). The server says: {"error":"no such model"}',
  ],
  [
    { status: 502, body: "<html><head><style>b{}</style></head><body><h1>502</h1>\n<p>Bad gateway</p></body></html>" },
    "It fails (502). The server says: 502 Bad gateway",
  ],
  [
    { status: 401, body: "bad key \u001B[2Jkey-SECRET" },
    "It refuses these credentials, or none (401). The server says: bad key [2J(hidden)",
  ],
  [
    { status: 500, body: `${"x".repeat(1020)}key-SECRET` },
    `It fails (500). The server says: ${"x".repeat(1020)}(hidden)`,
  ],
])("a refusal with its words: %j", async (reply, says) => {
  const server = await serverWith(reply);
  const results = await diagnose(server.url, { flags: { header: ["X-Key: key-SECRET"] } });
  expect(results.at(-1)?.says).toBe(says);
});

test.concurrent("a refusal whose body never ends is not waited for", async () => {
  const server = await serverWith({ status: 403, body: "wait", finish: "hold" });
  const start = performance.now();
  const results = await diagnose(server.url, { time: 10_000 });
  expect(results.at(-1)?.says).toContain("The server says: wait");
  expect(performance.now() - start).toBeLessThan(5000);
});

test.concurrent("a stream with a wrong content type does not show its data", async () => {
  const server = await serverWith({ headers: { "content-type": "text/plain" }, body: "id: 1\ndata: private\n\n" });
  expect(JSON.stringify(await diagnose(server.url))).not.toContain("private");
});
