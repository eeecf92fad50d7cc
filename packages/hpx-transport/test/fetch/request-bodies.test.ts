import { describe, expect, test } from "vitest";
import { BearerAuth } from "../../src/index.js";
import { rejection } from "../support/promises.js";
import { startServer } from "../sse/support.js";
import { testFetch } from "./support.js";

function streamOf(...chunks: string[]): ReadableStream<Uint8Array> {
  return new Blob(chunks).stream();
}

const form = new FormData();
form.append("a", "1");
form.append("file", new File(["data"], "name.txt", { type: "text/plain" }));

describe("a body goes as the platform's fetch sends it", () => {
  const bytes = new TextEncoder().encode("byes");
  test.each([
    ["text", "té", "text/plain;charset=UTF-8", "té"],
    ["text that says so", "too large", "text/plain;charset=UTF-8", "too large"],
    ["bytes", bytes, undefined, "byes"],
    ["a buffer", bytes.buffer, undefined, "byes"],
    ["a part of a buffer", new DataView(bytes.buffer, 1, 2), undefined, "ye"],
    ["a query", new URLSearchParams({ a: "b c" }), "application/x-www-form-urlencoded;charset=UTF-8", "a=b+c"],
    ["a file", new Blob(["data"], { type: "text/csv" }), "text/csv", "data"],
    ["nothing", "", "text/plain;charset=UTF-8", ""],
  ])("%s", async (_what, body, type, text) => {
    const server = await startServer();
    server.otherwise({ headers: { "content-type": "text/plain" } });
    await (await testFetch()(server.url, { method: "POST", body })).text();
    const [request] = server.requests;
    expect([request?.headers["content-type"], request?.text]).toEqual([type, text]);
    expect(request?.headers["content-length"]).toBe(String(new TextEncoder().encode(text).length));
  });

  test("a form, a stream, and the body of a Request", async () => {
    const server = await startServer();
    server.otherwise({ headers: { "content-type": "text/plain" } });
    const send = testFetch();
    await send(server.url, { method: "POST", body: form });
    await send(server.url, { method: "PUT", body: streamOf("a", "b"), duplex: "half" } as RequestInit);
    const request = new Request(server.url, { method: "PATCH", body: "c", headers: { "x-a": "1" } });
    await send(request);
    await send(new Request(request.url, { method: "POST", body: "d" }), { headers: { "x-a": "2" } });
    await send(server.url, new Request(server.url, { method: "DELETE", body: "e" }));
    const [first, second, third, fourth, fifth] = server.requests;
    expect(first?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
    expect(first?.text).toContain('filename="name.txt"');
    expect([second?.method, second?.text]).toEqual(["PUT", "ab"]);
    expect([third?.method, third?.text, third?.headers["x-a"]]).toEqual(["PATCH", "c", "1"]);
    expect([fourth?.text, fourth?.headers["x-a"]]).toEqual(["d", "2"]);
    expect([fifth?.method, fifth?.text]).toEqual(["DELETE", "e"]);
    expect(request.bodyUsed).toBe(true);
  });
});

describe("a stream", () => {
  const large = "x".repeat(17 * 1024 * 1024);

  test("of more than 16 MiB is sent by the platform, all of it", async () => {
    const server = await startServer();
    server.otherwise({ headers: { "content-type": "text/plain" }, body: "ok" });
    const init = { method: "POST", body: streamOf("a", large, "b"), duplex: "half" } as RequestInit;
    expect(await (await testFetch()(server.url, init)).text()).toBe("ok");
    expect(server.requests[0]?.body.length).toBe(large.length + 2);
  });

  test("of that size cannot be signed", async () => {
    const server = await startServer();
    const init = { method: "POST", body: streamOf(large), duplex: "half" } as RequestInit;
    const error = await rejection(testFetch({ auth: new BearerAuth("t") })(server.url, init));
    expect(error).toMatchObject({ code: "CONFIG", details: { field: "body" } });
    expect(server.requestCount).toBe(0);
  });

  test("that fails rejects with its error, and nothing is sent", async () => {
    const server = await startServer();
    const body = new ReadableStream({
      pull() {
        throw new Error("no more");
      },
    });
    const error = await rejection(testFetch()(server.url, { method: "POST", body, duplex: "half" } as RequestInit));
    expect(error).toMatchObject({ message: "no more" });
    expect(server.requestCount).toBe(0);
  });

  test("that does not end is cancelled by an abort", async () => {
    const server = await startServer();
    let cancelled: unknown;
    const body = new ReadableStream({ cancel: (reason) => void (cancelled = reason) });
    const controller = new AbortController();
    const { signal } = controller;
    const failed = rejection(testFetch()(server.url, { method: "POST", body, duplex: "half", signal } as RequestInit));
    setTimeout(() => controller.abort(new Error("enough")), 20);
    expect(await failed).toMatchObject({ message: "enough" });
    // Two copies of it are cancelled, so there are two reasons.
    expect([cancelled].flat()[0]).toMatchObject({ message: "enough" });
    expect(server.requestCount).toBe(0);
  });
});

test("a request that fetch refuses rejects with TypeError", async () => {
  const send = testFetch();
  for (const [url, init] of [
    ["not a url", {}],
    ["http://user:secret@localhost/", {}],
    ["http://localhost/", { method: "GET", body: "a" }],
    ["http://localhost/", { method: "TRACE" }],
    ["http://localhost/", { headers: { "a b": "c" } }],
  ] as const) {
    expect(await rejection(send(url, init))).toBeInstanceOf(TypeError);
  }
});

test("URLs of other schemes go to the platform", async () => {
  expect(await (await testFetch()("data:text/plain,hello")).text()).toBe("hello");
});
