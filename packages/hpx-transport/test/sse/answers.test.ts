import { describe, expect, test } from "vitest";
import { TransportError } from "../../src/index.js";
import { SseConnection } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { drain, open, pendingTimers, prompt, startServer, take, until, within } from "./support.js";

describe("200 + text/event-stream (any case, any parameters): connected", () => {
  test.each([
    "text/event-stream",
    "TEXT/Event-Stream",
    "text/event-stream;charset=utf-8",
    "text/event-stream ; x=y",
    'text/event-stream; x="a, \\"b"',
    "text/event-stream, text/event-stream;charset=utf-8",
  ])("%s is accepted", async (contentType) => {
    const server = await startServer();
    server.reply({ headers: { "content-type": contentType }, body: "data: a\n\n" });
    expect(await drain(open({ url: server.url, reconnect: false }))).toEqual(["a"]);
  });
});

describe("200 + other or missing content type", () => {
  test.each([
    "text/html",
    "text/event-streamx",
    "text/plain, text/event-stream",
    "text/event-stream; charset=utf-8, text/html",
    "application/json",
  ])("%s is SSE_INVALID_CONTENT_TYPE, fatal, and the socket is closed at once", async (contentType) => {
    const server = await startServer();
    server.otherwise({ headers: { "content-type": contentType }, body: "data: a\n\n", finish: "hold" });
    const connection = open(server.url);
    const error = await rejection(connection.opened);
    expect(TransportError.is(error, "SSE_INVALID_CONTENT_TYPE")).toBe(true);
    expect(error).toMatchObject({
      details: { contentType },
      message: `the server sent content type "${contentType}"; a stream needs text/event-stream`,
    });
    await server.idle();
    expect(server.requests).toHaveLength(1);
    expect(connection.handle.state).toEqual({ status: "closed", error });
  });

  test("none at all is SSE_INVALID_CONTENT_TYPE too", async () => {
    const server = await startServer();
    server.reply({ headers: { "content-type": null }, body: "data: a\n\n" });
    const error = await rejection(SseConnection.connect(server.url));
    expect(error).toMatchObject({ code: "SSE_INVALID_CONTENT_TYPE", details: { contentType: null } });
  });
});

describe("204", () => {
  test("as the first answer: connect() resolves and the stream is already over", async () => {
    const server = await startServer();
    server.reply({ status: 204 });
    const disconnects: unknown[] = [];
    const connection = await SseConnection.connect(server.url, {
      classifyEvent: () => "data",
      onDisconnect: (error) => disconnects.push(error),
    });
    expect(await connection.stream.next()).toEqual({ done: true, value: undefined });
    expect(connection.handle.state).toEqual({ status: "closed", error: undefined });
    expect(disconnects).toEqual([undefined]);
    await server.idle();
    expect(server.requests).toHaveLength(1);
  });

  test("on a reconnect: the stream ends without an error", async () => {
    const server = await startServer();
    server.reply({ body: "data: a\n\n" }, { status: 204 });
    expect(await drain(open({ url: server.url, reconnect: prompt }))).toEqual(["a"]);
    expect(server.requests).toHaveLength(2);
  });
});

describe("408 425 429 and every 5xx except 501 and 505", () => {
  test.each([408, 425, 429, 500, 502, 503, 504, 507, 520, 599])("%i is retried with backoff", async (status) => {
    const server = await startServer();
    server.reply({ status }, { status }, { body: "data: a\n\n", finish: "hold" });
    const reconnecting: unknown[] = [];
    const connection = open(
      { url: server.url, reconnect: { ...prompt, initialDelay: 20 } },
      {
        classifyEvent: () => "data",
        onStateChange: (state) => {
          if (state.status === "reconnecting") reconnecting.push([state.attempt, state.delay, state.error?.code]);
        },
      },
    );
    expect(await take(connection, 1)).toMatchObject([{ data: "a" }]);
    expect(reconnecting).toEqual([
      [2, 20, "SSE_INVALID_STATUS"],
      [3, 40, "SSE_INVALID_STATUS"],
    ]);
  });
});

describe("any other status: fatal", () => {
  test.each([201, 206, 304, 400, 401, 403, 404, 410, 501, 505])(
    "%i is SSE_INVALID_STATUS with status, headers and the start of the body",
    async (status) => {
      const server = await startServer();
      const empty = status === 304;
      server.reply({
        status,
        headers: { "x-reason": "no", "content-type": "text/plain" },
        body: empty ? "" : "é".repeat(1000),
      });
      const error = await rejection(drain(open(server.url)));
      expect(TransportError.is(error, "SSE_INVALID_STATUS") && error.details).toMatchObject({
        status,
        body: empty ? "" : "é".repeat(512),
      });
      expect(TransportError.is(error, "SSE_INVALID_STATUS") && error.details.headers.get("x-reason")).toBe("no");
      await server.idle();
      expect(server.requests).toHaveLength(1);
    },
  );

  test("a body that does not come is not waited for", async () => {
    const server = await startServer();
    server.reply({ status: 404, body: "so far", finish: "hold" });
    const error = await within(rejection(SseConnection.connect(server.url)), "the refusal", 3000);
    expect(error).toMatchObject({ code: "SSE_INVALID_STATUS", details: { status: 404, body: "so far" } });
    await server.idle();
  });

  test("close() does not wait for a refusal's body either", async () => {
    const server = await startServer();
    server.reply({ status: 404, body: "so far", finish: "hold" });
    const timers = pendingTimers(1000);
    const connection = open({ url: server.url, connectTimeout: 0, responseTimeout: 0, openTimeout: 0 });
    await until(() => timers.size === 1);
    await within(connection.close(), "close()", 500);
    expect(timers.size).toBe(0);
    await server.idle();
  });
});

describe("Retry-After", () => {
  test.each([
    ["seconds", () => "1"],
    ["a date", () => new Date(Date.now() + 2000).toUTCString()],
  ])("%s is a minimum that may exceed maxDelay", async (_kind, value) => {
    const server = await startServer();
    server.reply({ status: 503, headers: { "retry-after": value() } }, { status: 204 });
    const connection = open({ url: server.url, reconnect: { ...prompt, maxDelay: 5 } });
    await connection.opened;
    const [first, second] = server.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(950);
  });

  test("holds on a reconnect too", async () => {
    const server = await startServer();
    server.reply({ body: "data: a\n\n" }, { status: 429, headers: { "retry-after": "1" } }, { status: 204 });
    expect(await drain(open({ url: server.url, reconnect: prompt }))).toEqual(["a"]);
    const [, second, third] = server.requests;
    expect((third?.at ?? 0) - (second?.at ?? 0)).toBeGreaterThanOrEqual(950);
  });
});
