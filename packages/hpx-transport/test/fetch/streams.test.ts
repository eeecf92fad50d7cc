import { describe, expect, test } from "vitest";
import { rejection } from "../support/promises.js";
import { prompt, startServer, within } from "../sse/support.js";
import { dataOf, eventsOf, testFetch } from "./support.js";

describe("a GET", () => {
  test("that is cut twice and refused once goes on after the last id: every event once, in one body", async () => {
    const server = await startServer();
    server.reply(
      { body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\nda", finish: "cut" },
      { status: 503 },
      { body: "id: 3\ndata: c\n\n", finish: "reset" },
      { body: "event: last\nid: 4\ndata: d\n\n" },
    );
    const response = await testFetch()(server.url);
    expect([response.status, response.ok, response.headers.get("content-type")]).toEqual([
      200,
      true,
      "text/event-stream",
    ]);
    expect(await within(eventsOf(response), "the end")).toEqual([
      { event: "message", data: "a", id: "1" },
      { event: "message", data: "b", id: "2" },
      { event: "message", data: "c", id: "3" },
      { event: "last", data: "d", id: "4" },
    ]);
    expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "2", "2", "3"]);
    await server.idle();
  });

  test("ends where the body is complete", async () => {
    const server = await startServer();
    server.otherwise({ body: "id: 1\ndata: a\n\n" });
    expect(await dataOf(await testFetch()(server.url))).toEqual(["a"]);
    await server.idle();
    expect(server.requestCount).toBe(1);
  });

  test("is asked for again after its end where the handler says so", async () => {
    const server = await startServer();
    server.reply({ body: "id: 1\ndata: a\n\n" }, { body: "id: 2\ndata: b\n\n" }, { status: 204 });
    const response = await testFetch({ handler: { judgeEnd: () => "reconnect" } })(server.url);
    expect(await dataOf(response)).toEqual(["a", "b"]);
    expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "1", "2"]);
  });

  test("without ids is not sent again once an event came: the break errors the body", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\n", finish: "cut" });
    const response = await testFetch()(server.url);
    expect(await rejection(dataOf(response))).toMatchObject({ code: "SSE_STREAM_ENDED", details: { clean: false } });
    await server.idle();
    expect(server.requestCount).toBe(1);
  });

  test("without ids is sent again where no event came, and where `resend` allows it", async () => {
    const server = await startServer();
    server.reply({ body: ": hello\n\n", finish: "cut" }, { body: "data: a\n\n" });
    expect(await dataOf(await testFetch()(server.url))).toEqual(["a"]);
    server.reply({ body: "data: a\n\n", finish: "cut" }, { body: "data: b\n\n" });
    expect(await dataOf(await testFetch({ resend: true })(server.url))).toEqual(["a", "b"]);
  });

  test("of the caller's own Last-Event-ID resumes after it, and then after the server's", async () => {
    const server = await startServer();
    server.reply({ finish: "cut" }, { body: "id: 8\ndata: a\n\n", finish: "cut" }, { body: "id: 9\ndata: b\n\n" });
    const response = await testFetch()(server.url, { headers: { "Last-Event-ID": "7" } });
    expect(await dataOf(response)).toEqual(["a", "b"]);
    expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual(["7", "7", "8"]);
  });

  test("that is refused for good after a break errors the body with what the server said", async () => {
    const server = await startServer();
    server.reply({ body: "id: 1\ndata: a\n\n", finish: "cut" }, { status: 404, body: "gone" });
    const response = await testFetch()(server.url);
    expect(await rejection(dataOf(response))).toMatchObject({
      code: "SSE_INVALID_STATUS",
      details: { status: 404, body: "gone" },
    });
  });

  test("that falls silent is taken up again after `idleTimeout`", async () => {
    const server = await startServer();
    server.reply({ body: "id: 1\ndata: a\n\n", finish: "hold" }, { body: "id: 2\ndata: b\n\n" });
    const response = await testFetch({ idleTimeout: 50 })(server.url);
    expect(await within(dataOf(response), "the end")).toEqual(["a", "b"]);
  });
});

describe("a POST", () => {
  const post = { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } };

  test.each(["cut", "reset"] as const)(
    "that was accepted is never sent again, %s or not, ids or not",
    async (finish) => {
      const server = await startServer();
      server.otherwise({ body: "id: 1\ndata: a\n\n", finish });
      const response = await testFetch()(server.url, post);
      expect(await rejection(dataOf(response))).toMatchObject({ code: "SSE_STREAM_ENDED" });
      await server.idle();
      expect(server.requests.map(({ method, text }) => [method, text])).toEqual([["POST", "{}"]]);
    },
  );

  test("is resumed by GET with a handler that can, chosen by name or by a function of the request", async () => {
    const server = await startServer();
    const answer = 'id: 2\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n';
    const seen: unknown[] = [];
    for (const handler of [
      "mcp" as const,
      (request: { method: string; url: URL; body: unknown }) => {
        seen.push([request.method, request.url.href, request.body]);
        return "mcp" as const;
      },
    ]) {
      server.reply({ body: "id: 1\ndata: \n\n", finish: "cut" }, { status: 503 }, { body: answer, finish: "hold" });
      const response = await testFetch({ handler })(server.url, post);
      expect(await within(dataOf(response), "the answer")).toEqual(["", '{"jsonrpc":"2.0","id":1,"result":{}}']);
    }
    expect(seen).toEqual([["POST", server.url, "{}"]]);
    expect(server.requests.map(({ method }) => method)).toEqual(["POST", "GET", "GET", "POST", "GET", "GET"]);
  });
});

test("comments pass, in their place, also while no event comes", async () => {
  const server = await startServer();
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  server.otherwise({
    body: [": one\n\ndata: a\n\n", { delay: 30 }, ": two\n\n", { until: gate }, ": three\ndata: b\n\n"],
  });
  const response = await testFetch()(server.url);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("two")) text += (await within(reader?.read() ?? Promise.reject(), "a chunk")).value;
  open();
  for (let result = await reader?.read(); result?.done === false; result = await reader?.read()) text += result.value;
  expect(text.split("\n").filter((line) => line !== "")).toEqual([": one", "data: a", ": two", ": three", "data: b"]);
});

test("an event without its blank line stays without it", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\nevent: x\ndata: b" });
  expect(await (await testFetch()(server.url)).text()).toBe("data: a\n\nevent: x\ndata: b\n");
});

test("a consumer that does not read holds the server back", async () => {
  const server = await startServer();
  let written = 0;
  const block = `data: ${"x".repeat(10_000)}\n\n`;
  server.otherwise(async (exchange) => {
    for (; written < 20_000; written += 1) await exchange.write(block);
  });
  const response = await testFetch({ reconnect: prompt })(server.url);
  let before = -1;
  while (before !== written) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(written).toBeLessThan(2000);
  await response.body?.cancel();
  await server.idle();
});
