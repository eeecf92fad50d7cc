import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Exchange } from "../../src/testing/index.js";
import { startTcp } from "../http/support/servers.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take, until, within } from "./support.js";

/** Sends numbered events of about 1 KiB for ever, counting those that the connection took. */
function firehose(): { reply: (exchange: Exchange) => Promise<void>; sent: () => number } {
  let sent = 0;
  const padding = "x".repeat(1000);
  return {
    sent: () => sent,
    reply: async (exchange) => {
      for (;;) {
        sent += 1;
        await exchange.send({ id: String(sent), data: `${sent} ${padding}` });
      }
    },
  };
}

/** Resolves when `value` stays the same for a while: the writer is stuck. */
async function settled(value: () => number): Promise<number> {
  for (let last = -1; ;) {
    const now = value();
    if (now === last && now > 0) return now;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("a consumer stops reading: the socket is paused, the server is held back, the buffer stays bounded, and nothing is lost", async () => {
  const server = await startServer();
  const { reply, sent } = firehose();
  server.reply(reply);
  const connection = open({ url: server.url, eventCapacity: 64 });
  await take(connection, 1);
  const stuckAt = await within(settled(sent), "the server to be held back", 15_000);
  const { buffered } = connection.handle.stats;
  expect(buffered).toBeGreaterThanOrEqual(64);
  // Full at 64, and one read of at most 64 KiB may overshoot.
  expect(buffered).toBeLessThan(64 + 70);
  const events = await take(connection, stuckAt + 500);
  expect(events.map(({ id }) => Number(id))).toEqual(Array.from({ length: stuckAt + 500 }, (_, index) => index + 2));
});

test("the buffer is full by size too", async () => {
  const server = await startServer();
  const { reply, sent } = firehose();
  server.reply(reply);
  const connection = open({ url: server.url, bufferSize: 20_000 });
  await within(settled(sent), "the server to be held back", 15_000);
  expect(connection.handle.stats.buffered).toBeLessThan(20 + 70);
});

test("what is held back for a slow consumer is not touched by what another connection reads meanwhile", async () => {
  const server = await startServer();
  const { reply, sent } = firehose();
  server.reply(reply);
  const slow = open({ url: server.url, eventCapacity: 4 });
  await settled(sent);
  server.otherwise({ body: `${":".padEnd(300_000, "!")}\n\ndata: done\n\n`, finish: "hold" });
  await take(open(server.url), 1);
  const events = await take(slow, 300);
  expect(events.map(({ data }) => Number(data.split(" ")[0]))).toEqual(events.map((_event, index) => index + 1));
});

describe("a server that ends while the socket is paused: what it sent before is all there, from one request", () => {
  const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
  const ids = Array.from({ length: 3000 }, (_, id) => String(id));
  const body = ids.map((id) => `id: ${id}\ndata: ${"x".repeat(300)}\n\n`).join("");
  const gzipped = gzipSync(body);
  const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  test.each([
    ["a body until the connection closes", `${head}\r\n`, body],
    ["a body of known length", `${head}Content-Length: ${body.length}\r\n\r\n`, body],
    ["a chunked body", `${head}Transfer-Encoding: chunked\r\n\r\n`, chunk],
    ["gzip", `${head}Content-Encoding: gzip\r\nContent-Length: ${gzipped.length}\r\n\r\n`, gzipped],
  ])("%s", async (_what, start, rest) => {
    const server = await startTcp((socket) => {
      socket.once("data", () => {
        socket.write(start);
        socket.end(rest);
      });
    });
    const connection = open({ url: server.url, reconnect: false, eventCapacity: 16 });
    await within(
      settled(() => connection.handle.stats.buffered),
      "the buffer to be full",
    );
    const received: string[] = [];
    for await (const { id } of connection) received.push(id);
    expect(received).toEqual(ids);
    expect(server.connections).toBe(1);
  });
});

test.each([
  ["an end", "0\r\n\r\n", "SSE_STREAM_ENDED", true],
  ["a broken body", "no size\r\n", "SSE_STREAM_ENDED", false],
])("%s that comes in one read with what is held back takes none of it along", async (_what, last, code, clean) => {
  const chunkOf = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
  const server = await startTcp((socket) => {
    const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    socket.once("data", () => socket.write(head + chunkOf("data: a\n\ndata: b\n\n")));
  });
  const ends: unknown[] = [];
  const connection = open(
    { url: server.url, reconnect: false, eventCapacity: 2 },
    { classifyEvent: () => "data", onDisconnect: (error) => ends.push(error) },
  );
  await until(() => connection.handle.stats.buffered === 2);
  const socket = await server.nextConnection();
  socket.write(chunkOf("data: c\n\n") + last);
  await connection.handle.closed;
  expect(ends).toMatchObject([{ code, details: { clean } }]);
  expect((await take(connection, 3)).map(({ data }) => data)).toEqual(["a", "b", "c"]);
});

test("close() works at once while the socket is paused", async () => {
  const server = await startServer();
  const { reply, sent } = firehose();
  server.reply(reply);
  const connection = open({ url: server.url, eventCapacity: 16 });
  await settled(sent);
  await within(connection.close(), "close()", 200);
  await server.idle();
});

test("a full buffer is not filled further by reconnects", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\ndata: b\n\n", finish: "hold" });
  const connection = open({ url: server.url, eventCapacity: 2 });
  await settled(() => connection.handle.stats.buffered);
  for (let round = 0; round < 5; round += 1) await connection.handle.reconnect();
  await settled(() => connection.handle.stats.buffered);
  expect(connection.handle.stats).toMatchObject({ buffered: 2, attempts: 6 });
  expect(await take(connection, 4)).toHaveLength(4);
});

test("nor is it by a server that closes after each few events, over and over: it is read no further", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\ndata: b\n\n" });
  const connection = open({ url: server.url, eventCapacity: 2, reconnect: prompt });
  await server.request(2);
  await settled(() => connection.handle.stats.bytes);
  expect(connection.handle.stats).toMatchObject({ buffered: 2, attempts: 2 });
  expect(await take(connection, 6)).toHaveLength(6);
});

test("drop-oldest: the newest are kept, the dropped are counted, the socket is never paused", async () => {
  const server = await startServer();
  let next = (): void => {};
  server.reply(async (exchange) => {
    for (let id = 1; id <= 100; id += 1) {
      const taken = new Promise<void>((resolve) => {
        next = resolve;
      });
      await exchange.send({ id: String(id), data: "x" });
      await taken;
    }
    await exchange.end();
  });
  const connection = open(
    { url: server.url, eventCapacity: 10, overflow: "drop-oldest", reconnect: false },
    {
      classifyEvent: () => {
        next();
        return "data";
      },
    },
  );
  await connection.handle.closed;
  const { dropped, buffered } = connection.handle.stats;
  expect(buffered).toBeLessThanOrEqual(10);
  expect(dropped).toBe(100 - buffered);
  const ids: string[] = [];
  for await (const { id } of connection) ids.push(id);
  expect(ids.at(-1)).toBe("100");
  expect(ids).toHaveLength(buffered);
});

test("error: a consumer that fell behind gets what was received, then OVERFLOW", async () => {
  const server = await startServer();
  server.reply(firehose().reply);
  const connection = open({ url: server.url, eventCapacity: 8, overflow: "error" });
  await connection.handle.closed;
  const { buffered } = connection.handle.stats;
  expect(buffered).toBeGreaterThanOrEqual(8);
  await take(connection, buffered);
  expect(await rejection(connection.stream.next())).toMatchObject({ code: "OVERFLOW", details: { events: buffered } });
  await server.idle();
});

describe("a consumer that keeps up loses nothing, though every event comes in a chunk of its own", () => {
  test.each(["drop-oldest", "error"] as const)("overflow: %s", async (overflow) => {
    const server = await startServer();
    for (let id = 1; id <= 5000; id += 1) server.publish({ data: "x" });
    const connection = open({ url: server.url, overflow });
    expect(await take(connection, 5000)).toHaveLength(5000);
    expect(connection.handle.stats.dropped).toBe(0);
  });
});
