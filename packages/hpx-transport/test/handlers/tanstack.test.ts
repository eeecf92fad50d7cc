// Chunks as @tanstack/ai 0.58 sends them, with the offsets of its memoryStream.
import { expect, test } from "vitest";
import { TanStackSseHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer } from "../sse/support.js";
import { expectWholeWhereverItBreaks } from "./resuming.js";
import { collect } from "./support.js";

const chunks = [
  { type: "CUSTOM", name: "run.accepted" },
  { type: "RUN_STARTED", runId: "r1", threadId: "t1" },
  { type: "TEXT_MESSAGE_CONTENT", messageId: "m1", delta: "a" },
  { type: "RUN_FINISHED", runId: "r1", threadId: "t1" },
];
const wire = chunks.map((chunk, at) => ({ id: `memory:v1:r1:${at + 1}`, data: JSON.stringify(chunk) }));
const text = (from: number, to: number): string =>
  wire
    .slice(from, to)
    .map(({ id, data }) => `id: ${id}\ndata: ${data}\n\n`)
    .join("");
const request = {
  method: "POST",
  headers: { "Content-Type": "application/json", "X-Run-Id": "r1" },
  body: JSON.stringify({ threadId: "t1", runId: "r1", messages: [] }),
};
const post = { ...request, reconnect: prompt };

test("a run is taken up wherever it breaks", async () => {
  const begin = ({ url }: { url: string }): number => {
    const offset = new URL(url, "http://localhost").searchParams.get("offset");
    return wire.findIndex(({ id }) => id === offset) + 1;
  };
  await expectWholeWhereverItBreaks({ handler: "tanstack", path: "/api/chat", request, events: wire, begin }, 11);
});

test("a run that broke, or that the server ended before it was finished, is asked for by GET with its offset", async () => {
  const server = await startServer();
  server.reply({ body: text(0, 2), finish: "cut" }, { body: text(1, 3) }, { body: text(3, 4) });
  const received = await collect(open({ url: `${server.url}api/chat`, ...post }, new TanStackSseHandler()));
  expect(received.map(({ data }) => data)).toEqual(wire.map(({ data }) => data));
  expect(server.requests.map(({ method, url, lastEventId }) => [method, url, lastEventId])).toEqual([
    ["POST", "/api/chat", undefined],
    ["GET", "/api/chat?offset=memory%3Av1%3Ar1%3A2&runId=r1", "memory:v1:r1:2"],
    ["GET", "/api/chat?offset=memory%3Av1%3Ar1%3A3&runId=r1", "memory:v1:r1:3"],
  ]);
});

test("a run without offsets is not asked for again, cut or ended", async () => {
  const server = await startServer();
  const body = `data: ${JSON.stringify(chunks[1])}\n\n`;
  for (const finish of ["cut", "end"] as const) {
    server.reply({ body, finish });
    const connection = open({ url: server.url, ...post }, new TanStackSseHandler());
    expect(await rejection(collect(connection))).toMatchObject({ code: "SSE_STREAM_ENDED", retryable: false });
  }
  expect(server.requestCount).toBe(2);
});

test("RUN_ERROR is fatal", async () => {
  const server = await startServer();
  server.otherwise({
    body: 'id: x\ndata: {"type":"RUN_ERROR","message":"no","code":"overloaded"}\n\n',
    finish: "hold",
  });
  const connection = open({ url: server.url, ...post }, new TanStackSseHandler());
  expect(await rejection(collect(connection))).toMatchObject({ details: { reason: "overloaded", message: "no" } });
  expect(server.requestCount).toBe(1);
});
