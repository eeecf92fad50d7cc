import { expect, test } from "vitest";
import { AnthropicSseHandler } from "../../src/sse/index.js";
import { TransportError } from "../../src/index.js";
import { rejection } from "../support/promises.js";
import { drain, open, prompt, startServer, within } from "../sse/support.js";
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

test.each(["event: message_stop\ndata: {}", 'data: {"type":"message_stop"}\n', "data: [DONE]\n"])(
  "an answer ends at %j, whose blank line is missing: it is delivered as system",
  async (last) => {
    const server = await startServer();
    server.otherwise({ body: start + last });
    const events = await collect(open({ url: server.url, ...post }, new AnthropicSseHandler()));
    expect(events.map(({ kind }) => kind)).toEqual(["data", "data", "system"]);
  },
);

test.each(['data: {"type":"message_delta"}', 'event: message_st\ndata: {"type":"message_st'])(
  "nor does one pass for a whole one that ends with %j",
  async (last) => {
    const server = await startServer();
    server.otherwise({ body: start + last });
    const connection = open({ url: server.url, ...post }, new AnthropicSseHandler());
    expect(await rejection(drain(connection))).toMatchObject({ code: "SSE_STREAM_ENDED", retryable: false });
  },
);

test("types that are only in the data are known", async () => {
  const server = await startServer();
  server.reply({ body: MESSAGE.replaceAll(/^event: .*\n/gm, ""), finish: "hold" });
  const events = await within(collect(open({ url: server.url, ...post }, new AnthropicSseHandler())), "the end");
  expect(events.map(({ kind }) => kind).join(" ")).toBe("data data system data data data data data system");
});

test.each([
  ["an event", ERROR, "overloaded_error", "Overloaded"],
  ["data alone", ERROR.replace("event: error\n", ""), "overloaded_error", "Overloaded"],
  ["a line of JSON", ERROR.replace("event: error\ndata: ", ""), "overloaded_error", "Overloaded"],
  ["a field", ERROR.replace("event: error\ndata: ", "error: "), "overloaded_error", "Overloaded"],
  ["with a code", ERROR.replace('"type":"over', '"code":529,"type":"over'), "overloaded_error", "Overloaded"],
  ["the AI SDK's part", 'data: {"type":"error","errorText":"no"}\n\ndata: [DONE]\n\n', undefined, "no"],
])("an error (%s) has the server's type and message", async (_what, body, type, message) => {
  const server = await startServer();
  server.otherwise({ body: start + body });
  const error = await rejection(drain(open({ url: server.url, ...post }, new AnthropicSseHandler())));
  if (!TransportError.is(error, "SSE_STREAM_ENDED")) throw error;
  const { details } = error;
  expect([details.reason, details.type, details.message]).toEqual([type ?? "unnamed", type, message]);
});

test("a refusal for want of credit is fatal at once, one for the rate is not", async () => {
  const server = await startServer();
  const refusal = (type: string): string => JSON.stringify({ type: "error", error: { type, message: "no" } });
  server.reply({ status: 429, body: refusal("rate_limit_error") }, { status: 429, body: refusal("billing_error") });
  const connection = open({ url: server.url, ...post, reconnect: prompt }, new AnthropicSseHandler());
  expect(await rejection(connection.opened)).toMatchObject({ code: "SSE_INVALID_STATUS", details: { status: 429 } });
  expect(server.requests).toHaveLength(2);
});

test("message_stop without a data line is the end, too", async () => {
  const server = await startServer();
  server.otherwise({ body: `${start}event: message_stop\n\n`, finish: "hold" });
  expect(await within(drain(open({ url: server.url, ...post }, new AnthropicSseHandler())), "the end")).toHaveLength(2);
});
