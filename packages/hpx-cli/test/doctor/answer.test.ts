import { MockSseServer } from "hpx-transport/testing";
import { expect, test } from "vitest";
import { findings, healthyServer, serverWith } from "./support.js";

test.concurrent("no server", async () => {
  expect(await findings("http://127.0.0.1:1/")).toEqual([
    expect.stringMatching(/^error Connection: It cannot be reached: CONNECT: .*ECONNREFUSED/),
  ]);
});

test.concurrent("no headers until there is an event, and no event", async () => {
  const server = await serverWith({ head: false, finish: "hold" });
  expect(await findings(server.url, { time: 2000 })).toEqual([
    expect.stringMatching(/^error Connection: No response came within \d\.\d s, with compression or without it\.$/),
  ]);
});

test.concurrent("headers that wait for the first event", async () => {
  const server = await serverWith(async (exchange) => {
    await exchange.delay(1600);
    await exchange.write(": a\n\n");
    await exchange.hold();
  });
  expect(await findings(server.url, { time: 3600 })).toContainEqual(
    expect.stringMatching(/^warning Headers: The headers came after \d\.\d s, together with the first bytes:/),
  );
});

test.concurrent("headers that are slow by themselves", async () => {
  const server = await serverWith(async (exchange) => {
    await exchange.delay(1600);
    exchange.open();
    await exchange.hold();
  });
  expect(await findings(server.url, { time: 3600 })).toContainEqual(
    expect.stringMatching(/^warning Headers: The headers took \d\.\d s\.$/),
  );
});

test.concurrent.each([
  [204, {}, /^error Status: It answers 204: clients stop,/],
  [401, {}, /^error Status: It refuses these credentials, or none \(401\)/],
  [404, {}, /^error Status: There is nothing at this address \(404\)/],
  [405, {}, /^error Status: It does not take this method/],
  [406, {}, /^error Status: It cannot send what was asked for/],
  [429, {}, /^error Status: .*too many requests \(429\), and not when to come again/],
  [503, { "retry-after": "7" }, /^error Status: It is not available \(503\); come again in 7/],
  [500, {}, /^error Status: It fails \(500\)/],
  [206, {}, /^error Status: It answers 206; only 200 opens a stream/],
])("status %i", async (status, headers, expected) => {
  const server = await serverWith({ status, headers });
  expect(await findings(server.url)).toEqual([expect.stringMatching(expected)]);
  expect(server.requests.length).toBe(1);
});

test.concurrent.each([
  [
    "text/html; charset=utf-8",
    'It is "text/html; charset=utf-8", no event stream; it may be an error page or a login.',
  ],
  ["application/x-ndjson", 'It is "application/x-ndjson", no event stream; lines of JSON are another format.'],
  [null, "It names no content type: browsers refuse such a stream."],
])("content type %s", async (type, says) => {
  const server = await serverWith({ headers: { "content-type": type }, body: "data: a\n\n", finish: "hold" });
  expect(await findings(server.url)).toEqual([`error Content type: ${says}`]);
});

test.concurrent("a response that is no stream ends the watch", async () => {
  const server = await serverWith({ headers: { "content-type": "text/html" }, body: "<html>", finish: "hold" });
  // A watch would take forty seconds.
  expect((await findings(server.url, { time: 60_000 })).length).toBe(1);
  await server.idle();
  expect(server.requests.length).toBe(1);
});

test.concurrent("a charset other than UTF-8", async () => {
  const server = await healthyServer();
  server.reply(async (exchange) => {
    exchange.open({ headers: { "content-type": "text/event-stream; charset=ISO-8859-1" } });
    await exchange.follow();
  });
  expect(await findings(server.url)).toEqual([
    "warning Content type: It says charset=ISO-8859-1, but an event stream is always read as UTF-8.",
  ]);
});

test.concurrent("a redirect on every connect", async () => {
  const server = await healthyServer();
  server.reply({ status: 301, headers: { location: "/stream?key=secret" } });
  expect(await findings(server.url)).toEqual([
    "note Redirects: Every connect and reconnect takes 1 redirect first (301).",
  ]);
});

test.concurrent("a redirect to another origin, which gets no credentials", async () => {
  const server = await healthyServer();
  const door = await serverWith({ status: 307, headers: { location: server.url } });
  const [found] = await findings(door.url, { flags: { header: ["X-Key: secret"], user: "me:secret" } });
  expect(found).toMatch(/^warning Redirects: It redirects to another origin \(http:\/\/127/);
  expect((await door.request(1)).headers["x-key"]).toBe("secret");
  const { headers } = await server.request(1);
  expect(headers).not.toHaveProperty("x-key");
  expect(headers).not.toHaveProperty("authorization");
});

test.concurrent.each([
  [{}, "a redirect without a Location"],
  [{ location: "http://" }, "a redirect whose Location is no URL"],
  [{ location: "ftp://x/" }, "a redirect to the scheme ftp:, neither http nor https"],
  [{ location: "/again" }, "more than 5 redirects in a row"],
])("a redirect that leads nowhere: %j", async (headers, why) => {
  const server = await serverWith({ status: 302, headers });
  expect(await findings(server.url)).toEqual([
    expect.stringMatching(`^error Redirects: It redirects to nowhere: .*${why}`),
  ]);
});

test.concurrent("a POST that a redirect makes a GET, and that is sent once only", async () => {
  const server = await MockSseServer.start();
  server.reply({ status: 302, headers: { location: "/x" } });
  server.otherwise({ body: "id: 1\ndata: a\n\n", headers: { "cache-control": "no-cache" } });
  const found = await findings(server.url, { flags: { data: [{ value: "a", raw: false }] } });
  await server.close();
  expect(found).toEqual(["error Redirects: It redirects a POST with 302, which makes it a GET without a body."]);
  expect(server.requests.map(({ method, text }) => [method, text])).toEqual([
    ["POST", "a"],
    ["GET", ""],
  ]);
});

test.concurrent.each([
  [{ "cache-control": null }, "note Caching: Nothing forbids a cache to keep the stream."],
  [{ age: "12" }, "error Caching: This answer came from a cache: it is an old stream."],
  [{ "x-cache": "HIT from edge" }, "error Caching: This answer came from a cache: it is an old stream."],
])("headers of a cache: %j", async (headers, expected) => {
  const server = await healthyServer();
  server.reply(async (exchange) => {
    exchange.open({ headers });
    await exchange.follow();
  });
  expect(await findings(server.url)).toEqual([expected]);
});

test.concurrent.each([
  [
    {},
    "https://a.example",
    "error CORS: It says nothing of other origins: browsers keep it from pages of https://a.example.",
  ],
  [
    { "access-control-allow-origin": "https://b.example" },
    "https://a.example",
    "error CORS: It allows https://b.example only: browsers keep it from pages of https://a.example.",
  ],
  [
    { "access-control-allow-origin": "*", "access-control-allow-credentials": "true" },
    undefined,
    "error CORS: It allows every origin (*) with credentials, which browsers refuse.",
  ],
])("CORS headers %j for a page of %s", async (headers, origin, expected) => {
  const server = await healthyServer();
  server.reply(async (exchange) => {
    exchange.open({ headers });
    await exchange.follow();
  });
  expect(await findings(server.url, origin === undefined ? {} : { origin })).toEqual([expected]);
  expect((await server.request(1)).headers["origin"]).toBe(origin);
});
