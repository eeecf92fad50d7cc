import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { TransportError } from "../../src/index.js";
import {
  type SseAcceptance,
  SseConnection,
  type SseEvent,
  type SseProtocolHandler,
  type SseResponseHead,
} from "../../src/sse/index.js";
import { mediaTypesOf } from "../../src/sse/protocol/media-types.js";
import { rejection } from "../support/promises.js";
import { drain, open, pendingTimers, prompt, startServer, take, until, within } from "./support.js";

describe("200 + text/event-stream (any case, any parameters): connected", () => {
  test.each([
    "text/event-stream",
    "TEXT/Event-Stream",
    "text/event-stream;charset=utf-8",
    "text/event-stream ; x=y",
    'text/event-stream; x="a, \\"b"',
    'text/event-stream; x="a, b',
    "text/event-stream, text/event-stream;charset=utf-8",
  ])("%s is accepted", async (contentType) => {
    const server = await startServer();
    server.reply({ headers: { "content-type": contentType }, body: "data: a\n\n" });
    expect(await drain(open({ url: server.url, reconnect: false }))).toEqual(["a"]);
  });
});

describe("200 + other or missing content type", () => {
  test.each([
    ["text/html", "text/html"],
    ["text/event-streamx", "text/event-streamx"],
    ["text/plain, text/event-stream", "text/plain, text/event-stream"],
    ["text/event-stream; charset=utf-8, text/html", "text/event-stream, text/html"],
    ['text/event-stream; a="\\"", text/html', "text/event-stream, text/html"],
    ["application/json", "application/json"],
    ["text/plain; key=planted", "text/plain"],
  ])("%s is SSE_INVALID_CONTENT_TYPE, fatal, and told without parameters", async (contentType, told) => {
    const server = await startServer();
    server.otherwise({ headers: { "content-type": contentType }, body: "data: a\n\n" });
    const connection = open(server.url);
    const error = await rejection(connection.opened);
    expect(TransportError.is(error, "SSE_INVALID_CONTENT_TYPE")).toBe(true);
    expect(error).toMatchObject({
      details: { contentType: told },
      message: `the server sent content type "${told}"; a stream needs text/event-stream`,
    });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain("planted");
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

  test("status, headers and the first KiB of the body are in the details, and neither is printed", async () => {
    const server = await startServer();
    const reason = '{"reason":"billing check failed","key":"planted"}';
    server.otherwise({
      headers: { "content-type": "application/json", "x-key": "planted" },
      body: reason + " ".repeat(2000),
    });
    const error = await rejection(drain(open({ url: server.url, method: "POST", body: "{}" })));
    if (!TransportError.is(error, "SSE_INVALID_CONTENT_TYPE")) throw error;
    expect(error.details).toMatchObject({ status: 200, body: reason.padEnd(1024) });
    expect(error.details.headers.get("x-key")).toBe("planted");
    const shown = inspect(error, { depth: null, showHidden: true }) + JSON.stringify(error) + String(error);
    expect(shown).not.toContain("planted");
    expect(server.requests).toHaveLength(1);
  });

  test("a body that does not come is not waited for, and the socket is closed", async () => {
    const server = await startServer();
    server.otherwise({ headers: { "content-type": "text/html" }, body: "so far", finish: "hold" });
    const error = await within(rejection(SseConnection.connect(server.url)), "the error", 3000);
    expect(error).toMatchObject({ code: "SSE_INVALID_CONTENT_TYPE", details: { body: "so far" } });
    await server.idle();
  });

  test("a long type, or one with control characters, is cut and escaped in the message", () => {
    const long = TransportError.sseInvalidContentType("x".repeat(200));
    expect(long.message).toBe(`the server sent content type "${"x".repeat(100)}…"; a stream needs text/event-stream`);
    const rude = TransportError.sseInvalidContentType("a\u001B[31m\u009Bb\u007F");
    expect(rude.message).toContain(String.raw`"a\u001b[31m\u009bb\u007f"`);
  });

  test("60 KB of quotes that never close are read in a moment", () => {
    const started = performance.now();
    expect(mediaTypesOf(`text/event-stream; a="${'\\"'.repeat(30_000)}`)).toEqual(["text/event-stream"]);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe("a request that is no GET: any 2xx with text/event-stream is connected", () => {
  test.each([200, 201, 202, 206])("%i", async (status) => {
    const server = await startServer();
    server.otherwise({ status, headers: { "content-type": "text/event-stream" }, body: "data: a\n\n" });
    expect(await drain(open({ url: server.url, method: "POST", body: "{}", reconnect: false }))).toEqual(["a"]);
    const get = await rejection(drain(open({ url: server.url, reconnect: false })).then(() => Promise.reject(status)));
    expect(get).toSatisfy((error) => status === 200 || TransportError.is(error, "SSE_INVALID_STATUS"));
  });

  test.each([
    ["201 without the content type", 201, "application/json"],
    ["304", 304, "text/event-stream"],
  ])("but not %s", async (_what, status, type) => {
    const server = await startServer();
    server.otherwise({ status, headers: { "content-type": type } });
    const connection = open({ url: server.url, method: "POST", body: "{}" });
    expect(await rejection(connection.opened)).toMatchObject({ code: "SSE_INVALID_STATUS", details: { status } });
  });
});

describe("the handler's acceptResponse says otherwise", () => {
  const accepting = (acceptance: SseAcceptance | undefined, heads: SseResponseHead[] = []): SseProtocolHandler => ({
    classifyEvent: () => "data",
    acceptResponse: (head) => (heads.push(head), acceptance),
  });

  test("true: it is the stream, whatever its status and type", async () => {
    const server = await startServer();
    server.otherwise({ status: 299, headers: { "content-type": "text/plain" }, body: "data: a\n\n" });
    const heads: SseResponseHead[] = [];
    const connection = open({ url: server.url, method: "post", reconnect: false }, accepting(true, heads));
    expect(await drain(connection)).toEqual(["a"]);
    expect(heads).toMatchObject([{ status: 299, method: "POST", url: new URL(server.url) }]);
    expect(heads[0]?.headers.get("content-type")).toBe("text/plain");
  });

  test.each([
    [200, "SSE_INVALID_CONTENT_TYPE"],
    [204, "SSE_INVALID_STATUS"],
  ])("false: %i is %s", async (status, code) => {
    const server = await startServer();
    server.otherwise({ status, body: status === 204 ? "" : "data: a\n\n" });
    expect(await rejection(open({ url: server.url, reconnect: false }, accepting(false)).opened)).toMatchObject({
      code,
    });
  });

  test("undefined: the standard's rule decides", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\n" });
    expect(await drain(open({ url: server.url, reconnect: false }, accepting(undefined)))).toEqual(["a"]);
    server.otherwise({ headers: { "content-type": "text/html" } });
    expect(await rejection(open(server.url, accepting(undefined)).opened)).toMatchObject({
      code: "SSE_INVALID_CONTENT_TYPE",
    });
  });

  test('"message": the body is one event, then the stream ends and nothing is sent again', async () => {
    const server = await startServer();
    const bytes = new TextEncoder().encode("{ é }é");
    const body = [bytes.subarray(0, 3), { delay: 5 }, bytes.subarray(3, -1)];
    server.otherwise({ headers: { "content-type": "application/json" }, body });
    const handler = { ...accepting("message"), judgeEnd: () => expect.unreachable() };
    const events: SseEvent[] = [];
    for await (const event of open({ url: server.url, lastEventId: "7", reconnect: prompt }, handler))
      events.push(event);
    expect(events).toEqual([{ event: "message", data: "{ é }\uFFFD", id: "7", kind: "data" }]);
    expect(server.requests).toHaveLength(1);
  });

  test('"message": an empty body is none', async () => {
    const server = await startServer();
    server.otherwise({ headers: { "content-type": "application/json" } });
    expect(await drain(open({ url: server.url, reconnect: false }, accepting("message")))).toEqual([]);
  });

  test('"message": a body that breaks off is none, and a larger one than maxEventSize is too large', async () => {
    const server = await startServer();
    server.otherwise({ body: '{"a":', finish: "cut" });
    const options = { url: server.url, reconnect: false as const };
    expect(await rejection(drain(open(options, accepting("message"))))).toMatchObject({ code: "SSE_STREAM_ENDED" });
    server.otherwise({ body: '{"a":"123456"}' });
    const small = open({ ...options, maxEventSize: 10 }, accepting("message"));
    expect(await rejection(drain(small))).toMatchObject({ code: "SSE_EVENT_TOO_LARGE" });
  });

  test('"end": there is nothing to stream, whatever the status: the loop ends, nothing is sent again', async () => {
    const server = await startServer();
    server.otherwise({ status: 202, body: "x", finish: "hold" });
    const connection = open({ url: server.url, reconnect: prompt }, accepting("end"));
    await connection.opened;
    expect(await drain(connection)).toEqual([]);
    await server.idle();
    expect(server.requests).toHaveLength(1);
  });

  test("another answer is HANDLER", async () => {
    const server = await startServer();
    const connection = open(server.url, accepting("yes" as SseAcceptance));
    expect(await rejection(connection.opened)).toMatchObject({
      code: "HANDLER",
      details: { hook: "acceptResponse" },
      cause: { message: 'it returned "yes"; it takes true, false, "message", "end" or undefined' },
    });
    await server.idle();
  });

  test("a hook that closes the connection is the last one called", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\n", finish: "hold" });
    const connection = open(server.url, {
      classifyEvent: () => "data",
      acceptResponse: () => void connection.close(),
      onConnect: () => expect.unreachable(),
    });
    expect(await drain(connection)).toEqual([]);
    await server.idle();
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
    const connection = open({ url: server.url, connectTimeout: 0, responseTimeout: 0 });
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
