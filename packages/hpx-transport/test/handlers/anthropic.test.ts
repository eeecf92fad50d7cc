import { expect, test } from "vitest";
import { AnthropicSseHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { drain, open, startServer, within } from "../sse/support.js";
import { ERROR, MESSAGE } from "./fixtures/anthropic.js";
import { collect, cuts } from "./support.js";

const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"stream":true}' };
const start = MESSAGE.slice(0, MESSAGE.indexOf("event: ping"));

test("a message ends at message_stop; it and pings are system, all else is data", async () => {
  const server = await startServer();
  server.otherwise({ body: MESSAGE, finish: "hold" });
  const events = await collect(open({ url: server.url, ...post }, new AnthropicSseHandler()));
  expect(events.map(({ event, kind }) => `${event} ${kind}`)).toEqual([
    "message_start data",
    "content_block_start data",
    "ping system",
    "content_block_delta data",
    "content_block_delta data",
    "content_block_delta data",
    "content_block_stop data",
    "message_delta data",
    "message_stop system",
  ]);
  await server.idle();
  expect(server.requests).toHaveLength(1);
});

test("wherever it is cut, and with another message behind it in the same chunk", async () => {
  const server = await startServer();
  const end = MESSAGE.indexOf("event: message_stop");
  for (const [before, after] of cuts(MESSAGE.slice(end - 10) + start)) {
    server.reply({ body: [MESSAGE.slice(0, end - 10) + before, { delay: 1 }, after], finish: "hold" });
    expect(await within(drain(open(server.url, new AnthropicSseHandler())), "the end")).toHaveLength(9);
  }
});

test.each(["end", "hold", "reset"] as const)(
  "an error event is fatal by its type, whatever the server does then (%s)",
  async (finish) => {
    const server = await startServer();
    server.otherwise({ body: start + ERROR, finish });
    const connection = open({ url: server.url, ...post }, new AnthropicSseHandler());
    for (const kind of ["data", "data", "system"])
      expect(await connection.stream.next()).toMatchObject({ value: { kind } });
    expect(await rejection(connection.stream.next())).toMatchObject({
      code: "SSE_STREAM_ENDED",
      message: "the stream ended with an error: overloaded_error",
      details: { clean: false, reason: "overloaded_error" },
    });
    await server.idle();
    expect(server.requests).toHaveLength(1);
  },
);

test("an error without a name that a program would use has none in the message", async () => {
  const server = await startServer();
  server.otherwise({ body: 'event: error\ndata: {"error":{"type":"your key sk-1 is wrong"}}\n\n' });
  const connection = open({ url: server.url, ...post }, new AnthropicSseHandler());
  await connection.stream.next();
  expect(await rejection(connection.stream.next())).toMatchObject({ details: { reason: "unnamed" } });
});

test("an answer that ends before message_stop does not pass for a whole one", async () => {
  const server = await startServer();
  server.otherwise({ body: start });
  const connection = open({ url: server.url, ...post }, new AnthropicSseHandler());
  await connection.stream.next();
  await connection.stream.next();
  expect(await rejection(connection.stream.next())).toMatchObject({
    message: "the stream ended with an error: the server ended the answer before message_stop",
    details: { clean: true },
  });
  expect(server.requests).toHaveLength(1);
});

test("an answer that was accepted and fell silent before its first event is not asked for again", async () => {
  const server = await startServer();
  server.otherwise({ finish: "hold" });
  const options = { url: server.url, method: "POST", body: "{}", idleTimeout: 100, reconnect: { initialDelay: 10 } };
  const connection = open(options, new AnthropicSseHandler());
  expect(await rejection(connection.stream.next())).toMatchObject({ code: "IDLE_TIMEOUT" });
  expect(server.requests).toHaveLength(1);
});
