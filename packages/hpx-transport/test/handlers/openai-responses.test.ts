// Events as the reference of the Responses API shows them (https://platform.openai.com/docs/api-reference/responses-streaming).
import { describe, expect, test } from "vitest";
import { OpenAiResponsesSseHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, within } from "../sse/support.js";
import { expectWholeWhereverItBreaks } from "./resuming.js";
import { collect } from "./support.js";

interface Fields {
  readonly type: string;
  readonly sequence_number: number;
}

const events: Fields[] = [
  { type: "response.created", response: { id: "resp_1", status: "queued", background: true, tools: [] } },
  { type: "response.in_progress", response: { id: "resp_1", status: "in_progress", tools: [{ sequence_number: 99 }] } },
  { type: "response.output_text.delta", item_id: "msg_1", delta: 'a "sequence_number": 7' },
  { type: "response.output_text.delta", item_id: "msg_1", delta: "b" },
  { type: "response.completed", response: { id: "resp_1", status: "completed" } },
].map((event, sequence_number) => ({ ...event, sequence_number }));
const wire = events.map((event) => ({ event: event.type, data: JSON.stringify(event) }));
const text = (from: number, to: number): string =>
  wire
    .slice(from, to)
    .map(({ event, data }) => `event: ${event}\ndata: ${data}\n\n`)
    .join("");

const request = {
  method: "POST",
  headers: { "Content-Type": "application/json", Authorization: "Bearer k" },
  body: JSON.stringify({ model: "m", input: "hello", stream: true, background: true }),
};
const post = { ...request, reconnect: prompt };

test("an answer in the background is taken up wherever it breaks", async () => {
  await expectWholeWhereverItBreaks(
    {
      handler: "openai-responses",
      path: "/v1/responses",
      request,
      events: wire,
      begin: ({ url }) => Number(new URL(url, "http://localhost").searchParams.get("starting_after")) + 1,
    },
    17,
  );
});

describe("an answer in the background", () => {
  test("is taken up by GET of the response after the last number, with the caller's key and query, without the body", async () => {
    const server = await startServer();
    server.reply({ body: text(0, 3), finish: "cut" }, { body: text(3, 4) }, { body: text(4, 5), finish: "hold" });
    const url = `${server.url}v1/responses?api-version=1`;
    await within(collect(open({ url, ...post }, new OpenAiResponsesSseHandler())), "the end");
    const [, second, third] = server.requests;
    expect(second?.url).toBe("/v1/responses/resp_1?api-version=1&stream=true&starting_after=2");
    expect(third?.url).toBe("/v1/responses/resp_1?api-version=1&stream=true&starting_after=3");
    expect([second?.method, second?.text, second?.headers["authorization"]]).toEqual(["GET", "", "Bearer k"]);
    expect(second?.headers["content-type"]).toBeUndefined();
  });

  test("whose events come again delivers none twice", async () => {
    const server = await startServer();
    server.reply({ body: text(0, 3), finish: "cut" }, { body: text(0, 5) });
    const received = await collect(open({ url: server.url, ...post }, new OpenAiResponsesSseHandler()));
    expect(received.map(({ data }) => data)).toEqual(wire.map(({ data }) => data));
  });

  test("that failed is fatal, and so is one that the service no longer has", async () => {
    const server = await startServer();
    const failed = { type: "response.failed", sequence_number: 3, response: { error: { code: "server_error" } } };
    server.reply({ body: text(0, 3), finish: "cut" }, { body: `data: ${JSON.stringify(failed)}\n\n` });
    const one = collect(open({ url: server.url, ...post }, new OpenAiResponsesSseHandler()));
    expect(await rejection(one)).toMatchObject({ code: "SSE_STREAM_ENDED", details: { reason: "server_error" } });
    server.reply({ body: text(0, 3), finish: "cut" }, { status: 404 });
    const other = collect(open({ url: server.url, ...post }, new OpenAiResponsesSseHandler()));
    expect(await rejection(other)).toMatchObject({ code: "SSE_INVALID_STATUS", details: { status: 404 } });
  });

  test("that broke before it had a name is fatal", async () => {
    const server = await startServer();
    server.otherwise({ body: ": hello\n\n", finish: "cut" });
    const connection = open({ url: server.url, ...post }, new OpenAiResponsesSseHandler());
    expect(await rejection(collect(connection))).toMatchObject({ code: "SSE_STREAM_ENDED" });
    expect(server.requestCount).toBe(1);
  });
});

test.each(["cut", "end"] as const)("an answer that is not in the background is not taken up (%s)", async (finish) => {
  const server = await startServer();
  server.otherwise({ body: text(0, 3), finish });
  const body = JSON.stringify({ model: "m", input: "hello", stream: true });
  const connection = open({ url: server.url, ...post, body }, new OpenAiResponsesSseHandler());
  expect(await rejection(collect(connection))).toMatchObject({ code: "SSE_STREAM_ENDED", retryable: false });
  expect(server.requestCount).toBe(1);
});

test("an answer asked for by GET goes on after the last number", async () => {
  const server = await startServer();
  server.reply({ body: text(0, 3), finish: "cut" }, { body: text(3, 5) });
  const url = `${server.url}v1/responses/resp_1?stream=true`;
  await collect(open({ url, reconnect: prompt }, new OpenAiResponsesSseHandler()));
  expect(server.requests.map((recorded) => recorded.url)).toEqual([
    "/v1/responses/resp_1?stream=true",
    "/v1/responses/resp_1?stream=true&starting_after=2",
  ]);
});
