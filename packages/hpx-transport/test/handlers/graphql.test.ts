import { expect, test } from "vitest";
import { GraphQlSseHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { drain, open, prompt, startServer, take, within } from "../sse/support.js";
import { COMPLETE, COMPLETE_WITHOUT_DATA, ERRORS, NEXT } from "./fixtures/graphql.js";
import { collect, cuts } from "./support.js";

const post = {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: '{"query":"subscription { greetings }"}',
};

test("next is data, also with errors; complete is system and the end, though the server holds the connection", async () => {
  const server = await startServer();
  server.otherwise({ body: `:\n\n${NEXT}${ERRORS}event: other\ndata: 1\n\n${COMPLETE}${NEXT}`, finish: "hold" });
  const events = await within(collect(open({ url: server.url, ...post }, new GraphQlSseHandler())), "the end");
  expect(events.map(({ event, kind }) => [event, kind])).toEqual([
    ["next", "data"],
    ["next", "data"],
    ["other", "unknown"],
    ["complete", "system"],
  ]);
  await server.idle();
  expect(server.requests).toHaveLength(1);
});

test("json() gives the results alone, wherever they are cut", async () => {
  const server = await startServer();
  for (const chunks of cuts(NEXT + COMPLETE, 3)) {
    server.reply({ body: chunks, finish: "hold" });
    const results: unknown[] = [];
    for await (const { json } of open(server.url, new GraphQlSseHandler()).stream.json()) results.push(json);
    expect(results).toEqual([{ data: { greetings: "Hi" } }]);
  }
});

test.each(["", "\n", "\n\n"])("complete without a data line ends the stream, without an event (%j)", async (end) => {
  const server = await startServer();
  const complete = COMPLETE_WITHOUT_DATA.trimEnd() + end;
  server.otherwise({ body: NEXT + complete, finish: end === "\n\n" ? "hold" : "end" });
  const connection = open({ url: server.url, ...post }, new GraphQlSseHandler());
  expect(await within(drain(connection), "the end")).toHaveLength(1);
});

test("complete counts where its blank line is missing", async () => {
  const server = await startServer();
  server.otherwise({ body: NEXT + COMPLETE.trimEnd() });
  expect(await drain(open({ url: server.url, ...post }, new GraphQlSseHandler()))).toHaveLength(2);
});

test.each(["end", "cut"] as const)("a POST that the server %ss before complete is an error", async (finish) => {
  const server = await startServer();
  server.otherwise({ body: NEXT, finish });
  const connection = open({ url: server.url, ...post }, new GraphQlSseHandler());
  await take(connection, 1);
  expect(await rejection(connection.stream.next())).toMatchObject({ code: "SSE_STREAM_ENDED", retryable: false });
  expect(server.requests).toHaveLength(1);
});

test("a GET that ends before complete is asked again, and its onDisconnect hears of the error", async () => {
  const server = await startServer();
  server.reply({ body: NEXT }, { body: NEXT + COMPLETE });
  const heard: unknown[] = [];
  const handler = Object.assign(new GraphQlSseHandler(), { onDisconnect: (error?: unknown) => void heard.push(error) });
  expect(await drain(open({ url: server.url, reconnect: prompt }, handler))).toHaveLength(3);
  expect(heard).toMatchObject([{ details: { reason: "the server ended the operation before complete" } }, undefined]);
});
