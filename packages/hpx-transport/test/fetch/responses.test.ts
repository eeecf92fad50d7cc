import { describe, expect, test } from "vitest";
import { ApiKeyAuth, BearerAuth } from "../../src/index.js";
import { rejection } from "../support/promises.js";
import { startServer, within } from "../sse/support.js";
import { testFetch } from "./support.js";

const json = { "content-type": "application/json" };

describe("a response that is no event stream", () => {
  test.each([
    [200, "application/json"],
    [200, "text/event-streamx"],
    [201, "application/json"],
    [400, "text/event-stream"],
    [401, "application/json"],
    [404, "text/plain"],
    [429, "application/json"],
    [500, "text/event-stream"],
    [503, "application/json"],
  ])("%i with %s is handed over as it came, all of it, after one request", async (status, type) => {
    const server = await startServer();
    const body = "é".repeat(40_000);
    server.otherwise({ status, headers: { "content-type": type, "x-other": "1" }, body });
    const response = await testFetch()(server.url, { method: "POST", body: "{}" });
    expect([response.status, response.ok, response.url]).toEqual([status, status < 300, server.url]);
    expect([response.redirected, response.headers.get("x-other")]).toEqual([false, "1"]);
    expect(response.statusText).not.toBe("");
    const clone = response.clone();
    expect(clone.url).toBe(server.url);
    expect([await response.text(), await clone.text()]).toEqual([body, body]);
    await server.idle();
    expect(server.requestCount).toBe(1);
  });

  test.each([204, 205, 304])("%i has no body, and its socket closes", async (status) => {
    const server = await startServer();
    server.otherwise({ status });
    const response = await testFetch()(server.url);
    expect([response.status, response.body]).toEqual([status, null]);
    await server.idle();
    expect(server.requestCount).toBe(1);
  });

  test("whose body is never read leaves no socket open where it is small", async () => {
    const server = await startServer();
    server.otherwise({ status: 202, headers: json, body: ['{"a":', { delay: 20 }, '"b"}', { delay: 20 }] });
    const response = await testFetch()(server.url, { method: "POST", body: "{}" });
    await server.idle();
    expect(await response.json()).toEqual({ a: "b" });
  });

  test("comes as the server sends it, and holds the server back where it is not read", async () => {
    const server = await startServer();
    let written = 0;
    server.otherwise(async (exchange) => {
      exchange.open({ headers: { "content-type": "text/plain" } });
      for (; written < 20_000; written += 1) await exchange.write("x".repeat(10_000));
    });
    const response = await testFetch()(server.url);
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeLessThan(2000);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toMatch(/^x+$/);
    await reader?.cancel();
    await server.idle();
  });

  test("that breaks off errors its body as fetch does", async () => {
    const server = await startServer();
    server.otherwise({ headers: json, body: '{"a":', finish: "cut" });
    const response = await testFetch()(server.url);
    expect(await rejection(response.json())).toMatchObject({ name: "TypeError", message: "terminated" });
    expect(server.requestCount).toBe(1);
  });

  test("is decoded", async () => {
    const { gzipSync } = await import("node:zlib");
    const server = await startServer();
    server.otherwise({ headers: { ...json, "content-encoding": "gzip" }, body: gzipSync('{"a":1}') });
    expect(await (await testFetch()(server.url)).json()).toEqual({ a: 1 });
  });
});

test("HEAD has headers and no body", async () => {
  const server = await startServer();
  server.otherwise({ headers: { "x-other": "1" } });
  const response = await testFetch({ handler: "openai" })(server.url, { method: "HEAD" });
  expect([response.status, response.headers.get("x-other"), response.body]).toEqual([200, "1", null]);
  expect(server.requests.map(({ method }) => method)).toEqual(["HEAD"]);
  await server.idle();
});

describe("a redirect", () => {
  test("is followed, and the response says where it led", async () => {
    const server = await startServer();
    server.reply({ status: 302, headers: { location: "/next?x=1#part" } }, { headers: json, body: "{}" });
    const response = await testFetch()(server.url);
    expect([response.redirected, response.url]).toEqual([true, `${server.url}next?x=1`]);
    await response.text();
  });

  test("is handed over with `manual`, and without a Location", async () => {
    const server = await startServer();
    server.otherwise({ status: 307, headers: { location: "/next" }, body: "moved" });
    const response = await testFetch()(server.url, { redirect: "manual" });
    expect([response.status, response.headers.get("location"), response.url]).toEqual([307, "/next", server.url]);
    expect(await response.text()).toBe("moved");
    server.otherwise({ status: 302, body: "where?" });
    expect(await (await testFetch()(server.url)).text()).toBe("where?");
    expect(server.requestCount).toBe(2);
    await server.idle();
  });

  test("rejects with `error`", async () => {
    const server = await startServer();
    server.otherwise({ status: 302, headers: { location: "/next" } });
    expect(await rejection(testFetch()(server.url, { redirect: "error" }))).toMatchObject({
      name: "TypeError",
      cause: { code: "REDIRECT" },
    });
    await server.idle();
    expect(server.requestCount).toBe(1);
  });

  test("that led to a stream: a break is taken up at the first URL", async () => {
    const server = await startServer();
    const moved = { status: 302, headers: { location: "/stream" } };
    server.reply(moved, { body: "id: 1\ndata: a\n\n", finish: "cut" }, moved, { body: "id: 2\ndata: b\n\n" });
    const response = await testFetch()(server.url);
    expect([response.url, response.redirected]).toEqual([`${server.url}stream`, true]);
    expect(await response.text()).toBe("id: 1\ndata: a\n\nid: 2\ndata: b\n\n");
    expect(server.requests.map(({ url }) => url)).toEqual(["/", "/stream", "/", "/stream"]);
  });
});

describe("no response", () => {
  test("rejects with the TypeError of fetch, at once, with the error of the transport as its cause", async () => {
    const server = await startServer();
    server.otherwise({ head: false, finish: "cut" });
    for (const method of ["GET", "POST"]) {
      const error = await within(rejection(testFetch()(server.url, { method })), "the error");
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toMatchObject({ message: "fetch failed", cause: { code: "CONNECT" } });
    }
    await server.close();
    const error = await rejection(testFetch()(server.url));
    expect(error).toMatchObject({
      message: "fetch failed",
      cause: { code: "CONNECT", details: { requestSent: false } },
    });
    expect(server.requestCount).toBe(2);
  });

  test("in `responseTimeout` is a failure that says so", async () => {
    const server = await startServer();
    server.otherwise({ head: false, finish: "hold" });
    const error = await rejection(testFetch({ responseTimeout: 30 })(server.url, { method: "POST" }));
    expect(error).toMatchObject({ message: "fetch failed", cause: { code: "TIMEOUT" } });
    await server.idle();
  });
});

describe("the request", () => {
  test("is what fetch sends: the call's headers over the options', `Accept: */*`, and a signature", async () => {
    const server = await startServer();
    server.otherwise({ headers: json, body: "{}" });
    const send = testFetch({ headers: { "X-One": "option", "X-Two": "option" }, auth: new BearerAuth("t") });
    await (await send(`${server.url}a?b=c#d`, { headers: { "x-one": "call" } })).text();
    const [request] = server.requests;
    expect(request?.url).toBe("/a?b=c");
    expect(request?.headers).toMatchObject({
      "x-one": "call",
      "x-two": "option",
      accept: "*/*",
      authorization: "Bearer t",
    });
    expect(request?.headers["cache-control"]).toBeUndefined();
  });

  test("asks for what the call asks for, else for what the handler does", async () => {
    const server = await startServer();
    server.otherwise({ headers: json, body: "{}" });
    const accept = "application/json";
    await testFetch()(server.url, { headers: { accept } });
    await testFetch({ handler: "mcp" })(server.url, { method: "POST", body: "{}" });
    await testFetch({ handler: "mcp" })(server.url, { method: "POST", body: "{}", headers: { accept } });
    expect(server.requests.map(({ headers }) => headers["accept"])).toEqual([
      accept,
      "application/json, text/event-stream",
      accept,
    ]);
  });

  test("of a key in the query: the response's URL does not show it", async () => {
    const server = await startServer();
    server.otherwise({ headers: json, body: "{}" });
    const send = testFetch({ auth: ApiKeyAuth.query("key", "secret") });
    for (const redirect of ["follow", "manual"] as const) {
      const response = await send(server.url, { redirect });
      expect(response.url).toBe(server.url);
      await response.text();
    }
    server.otherwise({ status: 307, headers: { location: "/next" } });
    expect((await send(server.url, { redirect: "manual" })).url).toBe(server.url);
    expect(server.requests.map(({ url }) => url)).toEqual(Array.from({ length: 3 }, () => "/?key=secret"));
  });

  test("asks a token function once more after 401", async () => {
    const server = await startServer();
    server.reply({ status: 401 }, { headers: json, body: "{}" });
    let tokens = 0;
    const auth = new BearerAuth(() => `t${(tokens += 1)}`);
    expect((await testFetch({ auth })(server.url)).status).toBe(200);
    expect(server.requests.map(({ headers }) => headers["authorization"])).toEqual(["Bearer t1", "Bearer t2"]);
  });
});
