import { inspect } from "node:util";
import { TransportError } from "../../src/index.js";
import { describe, expect, test } from "vitest";
import { OpenAiSseHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { drain, open, prompt, startServer, within } from "../sse/support.js";
import {
  CHAT_COMPLETION,
  CHAT_ERROR,
  FIELD_ERROR,
  PROVIDER_ERROR,
  RESPONSE,
  RESPONSE_ERROR,
  RESPONSE_FAILED,
  UI_STREAM_ERROR,
  VLLM_ERROR,
} from "./fixtures/openai.js";
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
  server.otherwise({
    body: `${texts.map(chunk).join("")}data: {"error":null,"choices":[]}\n\ndata: {"error":""}\n\ndata: [DONE]\n\n`,
  });
  const events = await collect(open({ url: server.url, ...post }, new OpenAiSseHandler()));
  expect(events.map(({ kind }) => kind)).toEqual([...Array.from({ length: 6 }, () => "data"), "system"]);
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

const chunk = (content: object): string => `data: ${JSON.stringify(content)}\n\n`;
const choice = (index: number, finish_reason: string | null, delta: object = {}): object => ({
  choices: [{ index, delta, finish_reason }],
});

describe("the end of an answer", () => {
  test.each([
    ["[DONE]", `${chunk(choice(0, "stop"))}data: [DONE]`, 2, "system"],
    ["a last event", 'data: {"type":"response.completed","response":{"usage":{}}}', 1, "data"],
    ["a last chunk", `data: ${JSON.stringify(choice(0, "length"))}`, 1, "data"],
  ])("may be %s without its blank line, wherever it is cut: it is delivered", async (_what, body, count, kind) => {
    const server = await startServer();
    for (const end of ["", "\n", "\r\n"]) {
      for (const chunks of cuts(body + end, 7)) {
        server.reply({ body: chunks });
        const events = await collect(open({ url: server.url, ...post }, new OpenAiSseHandler()));
        expect([events.length, events.at(-1)?.kind]).toEqual([count, kind]);
      }
    }
  });

  test.each([
    ["[DONE]", `${chunk(choice(0, null))}data: [DON`],
    ["a last event", 'event: response.completed\ndata: {"type":"response.completed","resp'],
    ["a last chunk", `data: ${JSON.stringify(choice(0, "stop")).slice(0, -1)}`],
    ["a chunk after the last one", `${chunk(choice(0, "stop"))}data: {"choices":[],"usa`],
  ])("is none where %s is cut off in its midst", async (_what, body) => {
    const server = await startServer();
    server.otherwise({ body });
    const connection = open({ url: server.url, ...post }, new OpenAiSseHandler());
    expect(await rejection(drain(connection))).toMatchObject({
      code: "SSE_STREAM_ENDED",
      details: { clean: true, reason: "the server ended the answer before [DONE]" },
      retryable: false,
    });
  });

  test.each([
    "response.completed",
    "response.incomplete",
    "response.done",
    "transcript.text.done",
    "speech.audio.done",
    "image_generation.completed",
    "image_edit.completed",
  ])("may be %s, which is data, also where the type is only in the data or only in the name", async (type) => {
    const server = await startServer();
    const ends = [
      `event: ${type}\ndata: {"type":"${type}"}\n\n`,
      `data: {"text":"hi","type": "${type}"}\n\n`,
      `event: ${type}\ndata: {"text":"hi"}\n\n`,
    ];
    for (const end of ends) {
      server.reply({ body: `data: {"type":"some.delta"}\n\n${end}data: {"never":1}\n\n`, finish: "hold" });
      const events = await within(collect(open({ url: server.url, ...post }, new OpenAiSseHandler())), "the end");
      expect(events.map(({ kind }) => kind)).toEqual(["data", "data"]);
    }
  });

  test.each([
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.audio.done",
    "response.function_call_arguments.done",
    "response.image_generation_call.completed",
    "thread.message.completed",
    "conversation.item.input_audio_transcription.completed",
  ])("is not %s, which ends a part", async (type) => {
    const server = await startServer();
    const part = `event: ${type}\ndata: {"type":"${type}"}\n\n`;
    server.reply({ body: `${part}data: [DONE]\n\n` }, { body: part });
    expect(await drain(open({ url: server.url, ...post }, new OpenAiSseHandler()))).toHaveLength(2);
    const cutShort = open({ url: server.url, ...post }, new OpenAiSseHandler());
    expect(await rejection(drain(cutShort))).toMatchObject({ code: "SSE_STREAM_ENDED", retryable: false });
  });

  test("may be a *.done or *.completed of another API, where nothing follows it", async () => {
    const server = await startServer();
    const done = 'data: {"type":"summary.text.done"}\n\n';
    server.reply({ body: done + done }, { body: `${done}data: {"type":"summary.text.delta"}\n\n` });
    expect(await drain(open({ url: server.url, ...post }, new OpenAiSseHandler()))).toHaveLength(2);
    const connection = open({ url: server.url, ...post }, new OpenAiSseHandler());
    expect(await rejection(drain(connection))).toMatchObject({ code: "SSE_STREAM_ENDED" });
  });

  test.each([
    ["response.cancelled", '{"type":"response.cancelled"}', "cancelled"],
    ["response.done, cancelled", '{"type":"response.done","response":{"status":"cancelled"}}', "cancelled"],
    [
      "response.done, failed",
      '{"type":"response.done","response":{"status":"failed","status_details":{"error":{"code":"server_error"}}}}',
      "server_error",
    ],
  ])("that is %s is an error", async (_what, data, reason) => {
    const server = await startServer();
    server.otherwise({ body: `data: ${data}\n\n` });
    const connection = open({ url: server.url, ...post }, new OpenAiSseHandler());
    expect(await connection.stream.next()).toMatchObject({ value: { kind: "system" } });
    expect(await rejection(connection.stream.next())).toMatchObject({ details: { reason }, retryable: false });
  });
});

describe("without [DONE]", () => {
  const ask = (n?: number): object => ({ ...post, body: JSON.stringify({ stream: true, n }) });
  const tools = { tool_calls: [{ index: 1, function: { arguments: "{}" } }] };

  test.each([
    ["one choice", undefined, [choice(0, null), choice(0, "stop"), { choices: [], usage: {} }]],
    ["one choice with two tool calls", 1, [choice(0, null, tools), choice(0, "tool_calls")]],
    ["one choice without an index", 1, [{ choices: [{ text: "hi", finish_reason: "stop" }] }]],
    ["two choices", 2, [choice(1, null), choice(1, "stop"), choice(0, "length")]],
    ["two choices in one chunk", 2, [{ choices: [0, 1].map((index) => ({ index, finish_reason: "stop" })) }]],
  ])("%s: the answer is whole once each has its finish_reason and the body is complete", async (_what, n, chunks) => {
    const server = await startServer();
    const body = chunks.map(chunk).join("");
    server.reply({ body }, { body, finish: "cut" });
    expect(await drain(open({ url: server.url, ...ask(n) }, new OpenAiSseHandler()))).toHaveLength(chunks.length);
    const broken = open({ url: server.url, ...ask(n) }, new OpenAiSseHandler());
    expect(await rejection(drain(broken))).toMatchObject({ code: "SSE_STREAM_ENDED", details: { clean: false } });
  });

  test.each([
    ["no choice is finished", 1, [choice(0, null), choice(0, "")]],
    ["one of the choices seen is not finished", undefined, [choice(1, null), choice(0, "stop")]],
    ["one of the choices seen has an empty reason", undefined, [choice(1, ""), choice(0, "stop")]],
    ["one of the choices asked for never came", 2, [choice(0, "stop")]],
    ["the text speaks of a finish_reason", 1, [choice(0, null, { content: '{"finish_reason":"stop"}' })]],
    ["the reason is not that of a choice", 1, [{ finish_reason: "stop", choices: [{ index: 0 }] }]],
  ])("%s: it is cut short", async (_what, n, chunks) => {
    const server = await startServer();
    server.otherwise({ body: chunks.map(chunk).join("") });
    const bytes = { ...ask(n), body: new TextEncoder().encode(JSON.stringify({ n })) };
    for (const request of [ask(n), bytes]) {
      const connection = open({ url: server.url, ...request }, new OpenAiSseHandler());
      expect(await rejection(drain(connection))).toMatchObject({ code: "SSE_STREAM_ENDED", retryable: false });
    }
  });

  test("a handler of two answers at a time calls neither whole", async () => {
    const server = await startServer();
    const handler = new OpenAiSseHandler();
    const body = chunk(choice(0, "stop")) + chunk({ type: "summary.done" });
    server.reply({ body: [chunk(choice(0, null)), { delay: 200 }] }, { body });
    const [first, second] = [open({ url: server.url, ...post }, handler), open({ url: server.url, ...post }, handler)];
    await Promise.all([first.opened, second.opened]);
    for (const connection of [first, second]) {
      expect(await rejection(drain(connection))).toMatchObject({ code: "SSE_STREAM_ENDED" });
    }
  });

  test("a handler of one answer after the other judges each by itself", async () => {
    const server = await startServer();
    const handler = new OpenAiSseHandler();
    const answer = (body: string): Promise<string[]> => {
      server.reply({ body });
      return drain(open({ url: server.url, ...post }, handler));
    };
    const whole = chunk(choice(0, "stop"));
    expect(await answer(chunk(choice(1, "stop")) + whole)).toHaveLength(2);
    expect(await answer(whole)).toHaveLength(1);
    expect(await answer(`${chunk(choice(0, null))}data: [DONE]\n\n`)).toHaveLength(2);
    expect(await answer(whole)).toHaveLength(1);
    expect(await rejection(answer("error: no\n\n"))).toMatchObject({ details: { reason: "no" } });
    expect(await answer(whole)).toHaveLength(1);
    expect(await answer(chunk({ type: "summary.done" }))).toHaveLength(1);
    expect(await rejection(answer(": nothing\n\n"))).toMatchObject({ code: "SSE_STREAM_ENDED" });
    expect(await rejection(answer(chunk(choice(0, null))))).toMatchObject({ code: "SSE_STREAM_ENDED" });
  });
});

describe("an error in the stream has the server's number, type and message", () => {
  const message = "the prompt is larger than the context";
  const pretty = JSON.stringify({ error: { code: 500, message } }, undefined, 2);
  test.each([
    ["a number as code", PROVIDER_ERROR, { reason: "429", code: 429, message: "Provider returned error" }, 1],
    ["a field named error", FIELD_ERROR, { reason: "400", code: 400, type: "invalid_request_error", message }, 0],
    ["a field with a text", "error: out of memory\n\n", { reason: "unnamed", message: "out of memory" }, 0],
    ["a line of JSON", `{"error":{"message":"${message}"}}`, { reason: "unnamed", message }, 0],
    ["lines of JSON", `${pretty}\n\ndata: [DONE]\n\n`, { reason: "500", code: 500, message }, 0],
    ["a line of JSON after another", `{ none\n{"error":{"code":500}}\n`, { reason: "500", code: 500 }, 0],
    [
      "an event without its blank line",
      FIELD_ERROR.slice(0, -16).replace("error:", "event: error\ndata:"),
      { code: 400 },
      0,
    ],
    ["an array of JSON", `[${pretty}]\n`, { reason: "500", code: 500, message }, 0],
    ["a status_code", chunk({ error: { message, status_code: 503 } }), { reason: "503", code: 503, message }, 1],
    ["vLLM's object", VLLM_ERROR, { reason: "400", code: 400, type: "BadRequestError" }, 1],
    ["the AI SDK's part", UI_STREAM_ERROR, { reason: "unnamed", message: "An error occurred." }, 1],
    ["a finish_reason", chunk(choice(0, "error")), { reason: "unnamed" }, 1],
    ["a plain text", "event: error\ndata: out of memory\n\n", { reason: "unnamed", message: "out of memory" }, 1],
    ["only a text", chunk({ error: "overloaded" }), { reason: "overloaded", message: "overloaded" }, 1],
  ])("%s", async (_what, body, expected, count) => {
    const server = await startServer();
    server.otherwise({ body });
    const connection = open({ url: server.url, ...post }, new OpenAiSseHandler());
    const kinds: string[] = [];
    const error = await rejection(
      (async () => {
        for await (const { kind } of connection) kinds.push(kind);
      })(),
    );
    if (!TransportError.is(error, "SSE_STREAM_ENDED")) throw error;
    const { message: told, ...shown } = error.details;
    const { message: wanted, ...rest } = expected as { message?: string };
    expect(shown).toMatchObject(rest);
    if (wanted !== undefined) expect(told).toBe(wanted);
    expect(kinds).toEqual(Array.from({ length: count }, () => "system"));
    expect(error.retryable).toBe(false);
    expect(server.requests).toHaveLength(1);
  });

  test("lines that hold no error change nothing, however long they are", async () => {
    const server = await startServer();
    const lines = ["bare text", "{", '{"a":1}', "}", `{${" ".repeat(40_000)}`, "errors: 5", '"error"', "[1]", "]"];
    server.otherwise({ body: `${lines.join("\n")}\n\ndata: [DONE]\n\n` });
    expect(await drain(open({ url: server.url, ...post }, new OpenAiSseHandler()))).toEqual(["[DONE]"]);
  });
});

test("a response without a content type is taken; one with another is not", async () => {
  const server = await startServer();
  server.reply({ headers: { "content-type": null }, body: RESPONSE }, { headers: { "content-type": "text/html" } });
  expect(await drain(open({ url: server.url, ...post }, new OpenAiSseHandler()))).toHaveLength(4);
  const other = open({ url: server.url, ...post }, new OpenAiSseHandler());
  expect(await rejection(drain(other))).toMatchObject({ code: "SSE_INVALID_CONTENT_TYPE" });
});

test("the AI SDK's stream ends at its [DONE]", async () => {
  const server = await startServer();
  const parts = [{ type: "start" }, { type: "text-delta", delta: "hi" }, { type: "finish" }].map(chunk).join("");
  server.otherwise({ body: `${parts}data: [DONE]\n\n`, finish: "hold" });
  expect(await drain(open({ url: server.url, ...post }, new OpenAiSseHandler()))).toHaveLength(4);
});

describe("a refusal that no wait cures", () => {
  const limit = (error: object): string => JSON.stringify({ error });
  test.each([
    [429, limit({ message: "no quota left", type: "insufficient_quota", param: null, code: "insufficient_quota" })],
    [429, limit({ message: "Billing hard limit has been reached", code: "billing_hard_limit_reached" })],
    [429, limit({ message: "You exceeded your current quota, please check your plan and billing details." })],
    [402, limit({ message: "Insufficient credits", code: 402 })],
    [429, "no credit left"],
  ])("%i %s is fatal at once", async (status, body) => {
    const server = await startServer();
    server.otherwise({ status, body });
    const connection = open({ url: server.url, ...post, reconnect: prompt }, new OpenAiSseHandler());
    expect(await rejection(connection.opened)).toMatchObject({ code: "SSE_INVALID_STATUS", details: { status } });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    limit({
      message: "Rate limit reached for m: add a payment method at https://x/account/billing",
      code: "rate_limit",
    }),
    limit({ message: "You exceeded your current quota, check your plan and billing. Please retry in 7s.", code: 429 }),
    "",
  ])("429 %s is not: it is asked again", async (body) => {
    const server = await startServer();
    server.reply({ status: 429, body }, { body: "data: [DONE]\n\n" });
    expect(await drain(open({ url: server.url, ...post, reconnect: prompt }, new OpenAiSseHandler()))).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });
});
