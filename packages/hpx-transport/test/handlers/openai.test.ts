import { inspect } from "node:util";
import { expect, test } from "vitest";
import { OpenAiSseHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { drain, open, startServer, within } from "../sse/support.js";
import { CHAT_COMPLETION, CHAT_ERROR, RESPONSE, RESPONSE_ERROR, RESPONSE_FAILED } from "./fixtures/openai.js";
import { collect, cuts } from "./support.js";

const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: '{"stream":true}' };
const firstChunk = CHAT_COMPLETION.slice(0, CHAT_COMPLETION.indexOf("\n\n") + 2);

test("a chat completion ends at [DONE], which is delivered as system; the socket is closed, though the server holds it", async () => {
  const server = await startServer();
  server.otherwise({ body: CHAT_COMPLETION, finish: "hold" });
  const events = await collect(open({ url: server.url, ...post }, new OpenAiSseHandler()));
  expect(events.map(({ kind }) => kind)).toEqual(["data", "data", "data", "data", "data", "system"]);
  expect(events.at(-1)?.data).toBe("[DONE]");
  await server.idle();
  expect(server.requests.map(({ method, text }) => [method, text])).toEqual([["POST", '{"stream":true}']]);
});

test("json() gives the chunks and leaves out [DONE]", async () => {
  const server = await startServer();
  server.otherwise({ body: CHAT_COMPLETION, finish: "hold" });
  interface Chunk {
    readonly choices: readonly { readonly delta: { readonly content?: string } }[];
  }
  let text = "";
  for await (const { json } of open({ url: server.url, ...post }, new OpenAiSseHandler()).stream.json()) {
    text += (json as Chunk).choices[0]?.delta.content ?? "";
  }
  expect(text).toBe("Foo.");
});

test("wherever it is cut, and with bytes behind [DONE] in the same chunk, nothing after it is delivered", async () => {
  const server = await startServer();
  const end = CHAT_COMPLETION.indexOf("data: [DONE]");
  const tail = CHAT_COMPLETION.slice(end - 20) + firstChunk;
  for (const [before, after] of cuts(tail)) {
    server.reply({ body: [CHAT_COMPLETION.slice(0, end - 20) + before, { delay: 1 }, after], finish: "hold" });
    const data = await within(drain(open(server.url, new OpenAiSseHandler())), "the end");
    expect([data.length, data.at(-1)]).toEqual([6, "[DONE]"]);
  }
});

test("a response ends at response.completed, which is data", async () => {
  const server = await startServer();
  server.otherwise({ body: RESPONSE + RESPONSE_ERROR, finish: "hold" });
  const events = await collect(open({ url: server.url, ...post }, new OpenAiSseHandler()));
  expect(events.map(({ event, kind }) => [event, kind])).toEqual([
    ["response.output_item.added", "data"],
    ["response.output_text.delta", "data"],
    ["response.output_text.done", "data"],
    ["response.completed", "data"],
  ]);
});

test.each([
  ["error", "ERR_SOMETHING", RESPONSE_ERROR],
  ["error without an event line", "ERR_SOMETHING", RESPONSE_ERROR.replace("event: error\n", "")],
  ["response.failed", "server_error", RESPONSE_FAILED],
  ["error in a chat completion", "invalid_api_key", CHAT_ERROR],
])("%s is fatal by its name, %s, and nothing is sent again", async (_what, reason, event) => {
  const server = await startServer();
  server.otherwise({ body: firstChunk + event + firstChunk });
  const connection = open({ url: server.url, ...post }, new OpenAiSseHandler());
  expect(await connection.stream.next()).toMatchObject({ value: { kind: "data" } });
  expect(await connection.stream.next()).toMatchObject({ value: { kind: "system" } });
  const error = await rejection(connection.stream.next());
  expect(error).toMatchObject({ code: "SSE_STREAM_ENDED", details: { reason }, retryable: false });
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain("planted");
  await server.idle();
  expect(server.requests).toHaveLength(1);
});

test.each(["end", "cut"] as const)(
  "an answer that the server %ss before [DONE] does not pass for a whole one",
  async (finish) => {
    const server = await startServer();
    server.otherwise({ body: firstChunk, finish });
    const connection = open({ url: server.url, ...post }, new OpenAiSseHandler());
    await connection.stream.next();
    expect(await rejection(connection.stream.next())).toMatchObject({ code: "SSE_STREAM_ENDED", retryable: false });
    expect(server.requests).toHaveLength(1);
  },
);

test("what an answer says of errors is not taken for one", async () => {
  const server = await startServer();
  const texts = ['{"error":{"code":"x"}}', '"type":"response.completed"', "[DONE]", '"error"'];
  const chunk = (content: string): string =>
    `data: ${JSON.stringify({ choices: [{ delta: { content } }], usage: null })}\n\n`;
  server.otherwise({ body: `${texts.map(chunk).join("")}data: {"error":null,"choices":[]}\n\ndata: [DONE]\n\n` });
  const events = await collect(open({ url: server.url, ...post }, new OpenAiSseHandler()));
  expect(events.map(({ kind }) => kind)).toEqual(["data", "data", "data", "data", "data", "system"]);
});

test("a server without [DONE] is a subclass away", async () => {
  const server = await startServer();
  server.otherwise({ body: firstChunk });
  class Lenient extends OpenAiSseHandler {
    override judgeEnd(): "end" {
      return "end";
    }
  }
  expect(await drain(open({ url: server.url, ...post }, new Lenient()))).toHaveLength(1);
});

test("an answer that was accepted and broke off before its first event is not asked for again; one refused with 503 is", async () => {
  const server = await startServer();
  server.reply({ status: 503 });
  server.otherwise({ body: ": at work\n\n", finish: "cut" });
  const connection = open({ url: server.url, ...post, reconnect: { initialDelay: 10 } }, new OpenAiSseHandler());
  expect(await rejection(connection.stream.next())).toMatchObject({ code: "SSE_STREAM_ENDED" });
  expect(server.requests).toHaveLength(2);
});
