// Parts as the package ai 6.0 sends them.
import { describe, expect, test } from "vitest";
import { AiSdkSseHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer } from "../sse/support.js";
import { expectWholeWhereverItBreaks } from "./resuming.js";
import { collect } from "./support.js";

const parts = [
  { type: "start", messageId: "m1" },
  { type: "text-start", id: "0" },
  { type: "text-delta", id: "0", delta: "a" },
  { type: "text-delta", id: "0", delta: "a" },
  { type: "text-end", id: "0" },
  { type: "finish" },
];
const wire = [...parts.map((part) => ({ data: JSON.stringify(part) })), { data: "[DONE]" }];
const text = (from: number, to: number): string =>
  wire
    .slice(from, to)
    .map(({ data }) => `data: ${data}\n\n`)
    .join("");
const request = {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ id: "chat 1", messages: [], trigger: "submit-message" }),
};
const post = { ...request, reconnect: prompt };

test.each([
  ["begins at the start again", (): number => 0],
  ["goes on where it broke", undefined],
])("an answer is taken up wherever it breaks: the server %s", async (_what, begin) => {
  // The server that goes on knows where it broke; here that is after the first part, and the break follows.
  if (begin === undefined) {
    const server = await startServer();
    server.reply({ body: text(0, 3), finish: "cut" }, { body: text(3, 7) });
    const received = await collect(open({ url: server.url, ...post }, new AiSdkSseHandler()));
    expect(received.map(({ data }) => data)).toEqual(wire.map(({ data }) => data));
    return;
  }
  await expectWholeWhereverItBreaks({ handler: "ai-sdk", path: "/api/chat", request, events: wire, begin }, 9);
});

describe("an answer that broke", () => {
  test("is asked for by GET at the chat's stream", async () => {
    const server = await startServer();
    server.reply({ body: text(0, 3), finish: "cut" }, { body: text(0, 7), finish: "hold" });
    await collect(open({ url: `${server.url}api/chat?x=1`, ...post }, new AiSdkSseHandler()));
    const [, second] = server.requests;
    expect([second?.method, second?.url, second?.text]).toEqual(["GET", "/api/chat/chat%201/stream?x=1", ""]);
  });

  test("and of which the server has no more is an error: 204, 404", async () => {
    const server = await startServer();
    for (const status of [204, 404]) {
      server.reply({ body: text(0, 3), finish: "cut" }, { status });
      const connection = open({ url: server.url, ...post }, new AiSdkSseHandler());
      expect(await rejection(collect(connection))).toMatchObject({ code: "SSE_INVALID_STATUS", details: { status } });
    }
  });

  test("and comes as another one is an error", async () => {
    const server = await startServer();
    server.reply({ body: text(0, 3), finish: "cut" }, { body: text(0, 2) + text(4, 7) });
    const connection = open({ url: server.url, ...post }, new AiSdkSseHandler());
    expect(await rejection(collect(connection))).toMatchObject({ code: "SSE_STREAM_ENDED", retryable: false });
  });

  test("and has no chat id is not asked for again", async () => {
    const server = await startServer();
    server.otherwise({ body: text(0, 3), finish: "cut" });
    const connection = open({ url: server.url, ...post, body: "{}" }, new AiSdkSseHandler());
    expect(await rejection(collect(connection))).toMatchObject({ code: "SSE_STREAM_ENDED" });
    expect(server.requestCount).toBe(1);
  });
});

test("an error part is fatal, with its text in the details", async () => {
  const server = await startServer();
  server.otherwise({ body: `${text(0, 2)}data: {"type":"error","errorText":"no"}\n\n`, finish: "hold" });
  const connection = open({ url: server.url, ...post }, new AiSdkSseHandler());
  expect(await rejection(collect(connection))).toMatchObject({ details: { message: "no" } });
  expect(server.requestCount).toBe(1);
});

test("a complete body after `finish` is the end, and one before it is taken up", async () => {
  const server = await startServer();
  server.reply({ body: text(0, 6) }, { body: text(0, 4) }, { body: text(0, 6) });
  for (let call = 0; call < 2; call += 1) {
    expect(await collect(open({ url: server.url, ...post }, new AiSdkSseHandler()))).toHaveLength(6);
  }
  expect(server.requests.map(({ method }) => method)).toEqual(["POST", "POST", "GET"]);
});

test("a chat without an answer, asked by GET, is 204 and the end", async () => {
  const server = await startServer();
  server.otherwise({ status: 204 });
  expect(await collect(open({ url: server.url }, new AiSdkSseHandler()))).toEqual([]);
});
