import { expect, test } from "vitest";
import { NoRetry, TransportError } from "../../src/index.js";
import { SseConnection } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { drain, open, prompt, startServer, take } from "./support.js";

test("attempts used up before the first connection: n failed reconnects, n + 1 requests", async () => {
  const server = await startServer();
  server.otherwise({ status: 503 });
  const error = await rejection(SseConnection.connect({ url: server.url, reconnect: { ...prompt, maxAttempts: 3 } }));
  expect(TransportError.is(error, "MAX_RECONNECT_ATTEMPTS") && error.details).toEqual({ attempts: 3 });
  expect(error).toMatchObject({ cause: { code: "SSE_INVALID_STATUS", details: { status: 503 } } });
  expect(server.requests).toHaveLength(4);
});

test("attempts used up after a connection that delivered: n failed reconnects, n + 1 requests", async () => {
  const server = await startServer();
  server.otherwise({ status: 503 });
  server.reply({ body: "data: a\n\n" });
  const connection = open({ url: server.url, reconnect: { ...prompt, maxAttempts: 3 } });
  expect(await take(connection, 1)).toMatchObject([{ data: "a" }]);
  expect(await rejection(connection.stream.next())).toMatchObject({
    code: "MAX_RECONNECT_ATTEMPTS",
    details: { attempts: 3 },
  });
  expect(server.requests).toHaveLength(4);
  expect(await connection.stream.next()).toEqual({ done: true, value: undefined });
});

test("an event starts the count anew; an accepted response without one does not", async () => {
  const server = await startServer();
  const fail = { status: 500 };
  const barren = { body: ": nothing\n\n" };
  server.reply(fail, fail, { body: "data: a\n\n" }, fail, barren, { body: "data: b\n\n" });
  server.otherwise(barren);
  const connection = open({ url: server.url, reconnect: { ...prompt, maxAttempts: 3 } });
  await take(connection, 2);
  expect(await rejection(connection.stream.next())).toMatchObject({
    code: "MAX_RECONNECT_ATTEMPTS",
    cause: { code: "SSE_STREAM_ENDED", details: { clean: true } },
  });
  expect(server.requests).toHaveLength(9);
});

test("maxAttempts: 0 never reconnects", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\n" });
  const connection = open({ url: server.url, reconnect: { ...prompt, maxAttempts: 0 } });
  await take(connection, 1);
  expect(await rejection(connection.stream.next())).toMatchObject({ code: "MAX_RECONNECT_ATTEMPTS" });
  expect(server.requests).toHaveLength(1);
});

test.each([false, new NoRetry()] as const)("reconnect: %o ends the stream at a clean end", async (reconnect) => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\n" });
  expect(await drain(open({ url: server.url, reconnect }))).toEqual(["a"]);
  expect(server.requests).toHaveLength(1);
});

test("reconnect: false throws anything else that happened", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n", finish: "reset" }, { status: 503 });
  const cut = open({ url: server.url, reconnect: false });
  await take(cut, 1);
  expect(await rejection(cut.stream.next())).toMatchObject({ code: "SSE_STREAM_ENDED", details: { clean: false } });
  expect(await rejection(SseConnection.connect({ url: server.url, reconnect: false }))).toMatchObject({
    code: "SSE_INVALID_STATUS",
  });
});

test("a policy of the user's decides, and is told what happened", async () => {
  const server = await startServer();
  server.reply({ status: 429, headers: { "retry-after": "7" } }, { body: "retry: 5\n\ndata: a\n\n" }, { status: 500 });
  const asked: unknown[] = [];
  const connection = open({
    url: server.url,
    reconnect: {
      delay: (attempt, { error, retryAfter, retry }) => {
        asked.push([attempt, TransportError.is(error) && error.code, retryAfter, retry]);
        return asked.length < 3 ? 1 : false;
      },
    },
  });
  await take(connection, 1);
  expect(await rejection(connection.stream.next())).toMatchObject({ code: "MAX_RECONNECT_ATTEMPTS" });
  expect(asked).toEqual([
    [1, "SSE_INVALID_STATUS", 7000, undefined],
    [0, "SSE_STREAM_ENDED", undefined, 5],
    [1, "SSE_INVALID_STATUS", undefined, 5],
  ]);
});

test.each([Number.NaN, -1, "5", undefined])("a policy that returns %o is HANDLER, fatal", async (wrong) => {
  const server = await startServer();
  server.otherwise({ status: 500 });
  const delay = (): number => wrong as number;
  expect(await rejection(SseConnection.connect({ url: server.url, reconnect: { delay } }))).toMatchObject({
    code: "HANDLER",
    details: { hook: "reconnect.delay" },
  });
});
