import { encodeEvent } from "sseer";
import { describe, expect, test } from "vitest";
import type { Exchange } from "../../src/testing/index.js";
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

  test("that is cut at any byte, and cut again, is whole", async () => {
    const server = await startServer();
    const events = [
      { event: "message", data: "é", id: "ä" },
      { event: "x", data: "a\nb", id: "ä" },
      { event: "message", data: "", id: "3", retry: 5 },
      { event: "message", data: "last", id: "4" },
    ];
    const blocks = events.map((event) => new TextEncoder().encode(encodeEvent(event)));
    const size = blocks.reduce((sum, { length }) => sum + length, 0);
    const after = new Map<string | undefined, number>([
      [undefined, 0],
      ["ä", 2],
      ["3", 3],
      ["4", 4],
    ]);
    const follow = (finishAfter: number) => async (exchange: Exchange) => {
      const body = blocks.slice(after.get(exchange.request.lastEventId));
      await exchange.play({ body, finish: "cut", finishAfter });
    };
    // A cut between two events with one id would lose the second: no cut is there.
    const between = blocks[0]?.length ?? 0;
    for (let cut = 1; cut < size; cut += 3) {
      if (cut >= between && cut < between + (blocks[1]?.length ?? 0)) continue;
      server.reply(follow(cut), follow(7));
      server.otherwise(async (exchange) => {
        await exchange.play({ body: blocks.slice(after.get(exchange.request.lastEventId)) });
      });
      const received = await within(eventsOf(await testFetch()(server.url)), `the end, cut after ${cut} bytes`);
      expect(received, `cut after ${cut} bytes`).toEqual(events);
    }
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

  test.each([
    [undefined, 10],
    [2, 2],
  ])("whose server is gone errors the body in the end (maxAttempts %s)", async (maxAttempts, count) => {
    const server = await startServer();
    server.reply({ body: "id: 1\ndata: a\n\n", finish: "cut" });
    server.otherwise({ status: 503 });
    const response = await testFetch({ reconnect: { ...prompt, maxAttempts } })(server.url);
    expect(await within(rejection(dataOf(response)), "the end")).toMatchObject({ code: "MAX_RECONNECT_ATTEMPTS" });
    expect(server.requestCount).toBe(count + 1);
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
