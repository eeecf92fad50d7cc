import { createServer } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { describe, expect, test } from "vitest";
import { SseConfig } from "../../src/sse/index.js";
import { start, type TestServer } from "../http/support/servers.js";
import { rejection } from "../support/promises.js";
import { open, prompt, silent, startServer, take } from "./support.js";

test("a server that ends or resets mid-event: the partial event and its id are gone, and each event comes once", async () => {
  const server = await startServer();
  server.reply(
    { body: "id: 1\ndata: a\n\nid: 2\ndata: half", finish: "end" },
    { body: "id: 2\ndata: b\n\nid: 3\ndata: c\n", finish: "reset" },
    { body: "id: 3\ndata: c\n\n", finish: "hold" },
  );
  const events = await take(open({ url: server.url, reconnect: prompt }), 3);
  expect(events.map(({ id, data }) => [id, data])).toEqual([
    ["1", "a"],
    ["2", "b"],
    ["3", "c"],
  ]);
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "1", "2"]);
});

test("cut at every byte, each event comes exactly once, in order", async () => {
  const server = await startServer();
  for (let id = 1; id <= 3; id += 1) server.publish({ data: `event ${id}` });
  const whole = "id: 1\ndata: event 1\n\nid: 2\ndata: event 2\n\nid: 3\ndata: event 3\n\n".length;
  for (let cut = 0; cut < whole; cut += 1) {
    server.reply(async (exchange) => {
      exchange.finishAfter(cut, cut % 2 === 0 ? "cut" : "end");
      await exchange.follow();
    });
    const connection = open({ url: server.url, reconnect: prompt });
    expect((await take(connection, 3)).map(({ id }) => id)).toEqual(["1", "2", "3"]);
    await connection.close();
  }
});

test("an id in a block without data moves the last event ID", async () => {
  const server = await startServer();
  server.reply({ body: "id: 1\ndata: a\n\nid: 2\n\n" }, { body: "data: b\n\n", finish: "hold" });
  const events = await take(open({ url: server.url, reconnect: prompt }), 2);
  expect(events.map(({ id }) => id)).toEqual(["1", "2"]);
  expect(server.requests[1]?.lastEventId).toBe("2");
});

test("an empty id clears it: no header is sent", async () => {
  const server = await startServer();
  server.reply({ body: "id: 1\ndata: a\n\nid\ndata: b\n\n" }, { body: "data: c\n\n", finish: "hold" });
  await take(open({ url: server.url, reconnect: prompt, lastEventId: "0" }), 3);
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual(["0", undefined]);
});

test("the lastEventId option is sent first, and is what events carry until the server says otherwise", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\nid: 43\ndata: b\n\n", finish: "hold" });
  const connection = open({ url: server.url, lastEventId: "42" });
  expect(connection.handle.lastEventId).toBe("42");
  expect((await take(connection, 2)).map(({ id }) => id)).toEqual(["42", "43"]);
  expect(server.requests[0]?.lastEventId).toBe("42");
});

test("a caller's Last-Event-ID header wins until the server sent an id", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n" }, { body: "id: 9\ndata: b\n\n" }, { body: "data: c\n\n", finish: "hold" });
  await take(
    open({ url: server.url, headers: { "Last-Event-ID": "mine" }, lastEventId: "option", reconnect: prompt }),
    3,
  );
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual(["mine", "mine", "9"]);
});

test("an id of the server's counts as one, also when it is the lastEventId option's", async () => {
  const server = await startServer();
  server.reply(
    { body: "id: 42\ndata: a\n\n", finish: "cut" },
    { body: "data: b\n\n", finish: "cut" },
    { body: "data: c\n\n", finish: "hold" },
  );
  const options = { headers: { "Last-Event-ID": "mine" }, lastEventId: "42" };
  const events = await take(open({ url: server.url, ...options, reconnect: prompt }), 3);
  expect(events.map(({ id }) => id)).toEqual(["42", "42", "42"]);
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual(["mine", "42", "42"]);
});

test("an empty id of the server's counts as one: the caller's header is not sent again", async () => {
  const server = await startServer();
  server.reply({ body: "id\ndata: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
  await take(open({ url: server.url, headers: { "Last-Event-ID": "mine" }, reconnect: prompt }), 2);
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual(["mine", undefined]);
});

test("an id that is not Latin-1 is sent as UTF-8 bytes", async () => {
  const server = await startServer();
  server.reply({ body: "id: 日本é🎈\ndata: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
  await take(open({ url: server.url, reconnect: prompt }), 2);
  expect(server.requests[1]?.lastEventId).toBe("日本é🎈");
});

describe("an id of 20 kB", () => {
  const id = "x".repeat(20_000);
  const startNode = (maxHeaderSize: number): Promise<TestServer> =>
    start(
      createServer({ maxHeaderSize }, (request, response) => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        if (request.headers["last-event-id"] === id) response.write("data: resumed\n\n");
        else response.end(`id: ${id}\ndata: a\n\n`);
      }),
      "http:",
    );

  test("is sent back whole: leaving it out would lose or repeat events", async () => {
    const server = await startNode(32_768);
    expect(await take(open({ url: server.url, reconnect: prompt }), 2)).toMatchObject([
      { id },
      { data: "resumed", id },
    ]);
  });

  test("that the server itself does not take ends the stream with its 431", async () => {
    const server = await startNode(16_384);
    const connection = open({ url: server.url, reconnect: prompt });
    await take(connection, 1);
    expect(await rejection(connection.stream.next())).toMatchObject({
      code: "SSE_INVALID_STATUS",
      details: { status: 431 },
    });
    expect(server.connections).toBe(2);
  });
});

test("an id with control characters: the header keeps the last id that could be sent, with one warning", async () => {
  const server = await startServer();
  server.reply(
    { body: ["id: ok\ndata: a\n\nid: b\u0001d\ndata: b\n\n", { delay: 10 }, "id: b\u007Fd\ndata: c\n\n"] },
    { body: "data: d\n\n", finish: "hold" },
  );
  const warnings: string[] = [];
  const logger = { ...silent, warn: (_fields: object, text: string) => warnings.push(text) };
  const events = await take(open({ url: server.url, reconnect: prompt, logger }), 4);
  expect(events.map(({ id }) => id)).toEqual(["ok", "b\u0001d", "b\u007Fd", "b\u007Fd"]);
  expect(server.requests[1]?.lastEventId).toBe("ok");
  expect(warnings.filter((text) => text.includes("cannot be sent back"))).toHaveLength(1);
});

test.each([
  ["a blank before it", " b"],
  ["a tab behind it", "b\t"],
  ["more than 64 KiB", "b".repeat(65_537)],
  ["more than 64 KiB in UTF-8", "\u4e00".repeat(21_846)],
])("an id with %s cannot be sent as it is either: the header keeps the last that could be sent", async (_what, id) => {
  const server = await startServer();
  const body = `id: older\ndata: a\n\nid: ok\ndata: a\n\nid: ${id}\ndata: b\n\n`;
  server.reply({ body }, { body: "data: c\n\n", finish: "hold" });
  const warnings: string[] = [];
  const logger = { ...silent, warn: (_fields: object, text: string) => warnings.push(text) };
  const events = await take(open({ url: server.url, reconnect: prompt, logger }), 4);
  expect(events.map((event) => event.id)).toEqual(["older", "ok", id, id]);
  expect(server.requests[1]?.lastEventId).toBe("ok");
  expect(warnings.filter((text) => text.includes("cannot be sent back"))).toHaveLength(1);
});

test("an id of exactly 64 KiB is sent back whole", async () => {
  const id = "b".repeat(65_536);
  const server = await start(
    createServer({ maxHeaderSize: 100_000 }, (request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      if (request.headers["last-event-id"] === id) response.write("data: resumed\n\n");
      else response.end(`id: ${id}\ndata: a\n\n`);
    }),
    "http:",
  );
  expect(await take(open({ url: server.url, reconnect: prompt }), 2)).toMatchObject([{ id }, { data: "resumed", id }]);
});

test("the option lastEventId takes 64 KiB, and is CONFIG over that", () => {
  const url = "http://example.com/";
  expect(new SseConfig(url, { lastEventId: "b".repeat(65_536) }).lastEventId).toHaveLength(65_536);
  expect(() => new SseConfig(url, { lastEventId: "b".repeat(65_537) })).toThrow(
    `lastEventId: "${"b".repeat(60)}…" cannot be used`,
  );
});

test("an id of many megabytes costs no attempt any time", async () => {
  const server = await startServer();
  const long = "x".repeat(12_000_000);
  server.reply(
    { body: `id: ok\ndata: a\n\nid: ${long}\ndata: b\n\n` },
    ...Array.from({ length: 4 }, () => ({ body: "data: c\n\n" })),
    { body: "data: d\n\n", finish: "hold" },
  );
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const connection = open({ url: server.url, reconnect: prompt });
  await take(connection, 2);
  delay.enable();
  await take(connection, 5);
  delay.disable();
  expect(server.requests.slice(1).map(({ lastEventId }) => lastEventId)).toEqual(Array(5).fill("ok"));
  // One id as a header took 400 ms and more, at each attempt.
  expect(delay.max / 1e6).toBeLessThan(200);
});

test("an id that cannot be sent, come and gone, leaves the one before it in the header", async () => {
  const server = await startServer();
  server.reply(
    { body: ["id: ok\ndata: a\n\n", { delay: 5 }, "id: b\u0001d\ndata: b\n\n", { delay: 5 }, "id: fine\n\n"] },
    { body: "id: \u0002\n\ndata: c\n\n" },
    { body: "data: d\n\n", finish: "hold" },
  );
  await take(open({ url: server.url, reconnect: prompt }), 4);
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "fine", "fine"]);
});

test("handle.lastEventId is that of the last event handed to the consumer", async () => {
  const server = await startServer();
  server.reply({ body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\n", finish: "hold" });
  const connection = open(server.url);
  await take(connection, 1);
  expect(connection.handle.stats.events).toBe(2);
  expect(connection.handle.lastEventId).toBe("1");
  await take(connection, 1);
  expect(connection.handle.lastEventId).toBe("2");
});
