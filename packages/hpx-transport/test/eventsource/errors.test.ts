import { expect, test } from "vitest";
import { TransportError } from "../../src/index.js";
import { prompt, startServer, until } from "../sse/support.js";
import { failure, next, open, record } from "./support.js";

const event = "id: 1\ndata: a\n\n";

test.each([
  ["a 404", { status: 404 }, "SSE_INVALID_STATUS"],
  ["another content type", { headers: { "content-type": "text/html" } }, "SSE_INVALID_CONTENT_TYPE"],
  ["a redirect to nowhere", { status: 302 }, "REDIRECT"],
])("%s fails the connection: one error event, closed, no second request", async (_what, reply, code) => {
  const server = await startServer();
  server.reply(reply);
  const source = open(server.url, { reconnect: prompt });
  const lines = record(source);
  const { error, message } = await failure(source);
  await server.idle();
  expect(lines).toEqual([`error 2 ${code}`]);
  expect(TransportError.is(error) && error.message).toBe(message);
  expect(server.requests).toHaveLength(1);
});

test("a 204 fails the connection, also on a reconnect, and there is no error to tell of", async () => {
  const server = await startServer();
  server.reply({ body: event }, { status: 204 });
  const source = open(server.url, { reconnect: prompt });
  const lines = record(source);
  expect((await failure(source)).error).toBeUndefined();
  expect(lines).toEqual(["open 1", "message a 1", "error 0 SSE_STREAM_ENDED", "error 2 undefined"]);
});

test("a 503 and a cut are errors after which it tries again, with the last event ID", async () => {
  const server = await startServer();
  server.reply({ status: 503 }, { body: event, finish: "cut" }, { body: "event: b\ndata: b\n\n", finish: "hold" });
  const source = open(server.url, { reconnect: prompt });
  const lines = record(source);
  await next(source, "b");
  expect(lines).toEqual(["error 0 SSE_INVALID_STATUS", "open 1", "message a 1", "error 0 SSE_STREAM_ENDED", "open 1"]);
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, undefined, "1"]);
});

test("with the standard's rule as shouldRetry, a 503 is the end, and a cut is not", async () => {
  const server = await startServer();
  server.reply({ body: event, finish: "cut" }, { status: 503 });
  const source = open(server.url, {
    reconnect: prompt,
    shouldRetry: (error) => error.retryable && error.code !== "SSE_INVALID_STATUS",
  });
  const lines = record(source);
  await failure(source);
  expect(lines).toEqual(["open 1", "message a 1", "error 0 SSE_STREAM_ENDED", "error 2 SSE_INVALID_STATUS"]);
});

test("where nobody listens, it tries again until there is somebody", async () => {
  const server = await startServer();
  const { port } = server;
  await server.close();
  const source = open(`http://127.0.0.1:${port}/`, { reconnect: prompt });
  const lines = record(source);
  await until(() => lines.length === 2);
  const later = await startServer({ port });
  later.publish({ data: "a" });
  await next(source, "message");
  expect(lines.slice(0, 2)).toEqual(["error 0 CONNECT", "error 0 CONNECT"]);
  expect(lines.slice(-2)).toEqual(["open 1", "message a 1"]);
});

test("when its attempts are used up it is over", async () => {
  const server = await startServer();
  server.otherwise({ status: 503 });
  const source = open(server.url, { reconnect: { ...prompt, maxAttempts: 1 } });
  const lines = record(source);
  expect((await failure(source)).error?.cause).toMatchObject({ code: "SSE_INVALID_STATUS" });
  expect(lines).toEqual(["error 0 SSE_INVALID_STATUS", "error 2 MAX_RECONNECT_ATTEMPTS"]);
});

test("without reconnects a clean end is the end, and says so", async () => {
  const server = await startServer();
  server.reply({ body: event });
  const source = open(server.url, { reconnect: false });
  const lines = record(source);
  await failure(source);
  expect(lines).toEqual(["open 1", "message a 1", "error 2 SSE_STREAM_ENDED"]);
});

test("an aborted signal is a close(): no event", async () => {
  const server = await startServer();
  const controller = new AbortController();
  const source = open(server.url, { signal: controller.signal });
  const lines = record(source);
  await next(source, "open");
  controller.abort();
  await until(() => source.readyState === source.CLOSED);
  await server.idle();
  expect(lines).toEqual(["open 1"]);
});

test("a shouldRetry that throws fails the connection with its error", async () => {
  const server = await startServer();
  server.reply({ status: 503 });
  const cause = new Error("no idea");
  const source = open(server.url, {
    shouldRetry: () => {
      throw cause;
    },
  });
  expect((await failure(source)).error).toMatchObject({ code: "HANDLER", cause });
});
