import { describe, expect, test } from "vitest";
import type { HttpResponse } from "../../src/http/index.js";
import { TransportError } from "../../src/index.js";
import { SseConnection } from "../../src/sse/index.js";
import { drain, open, pendingTimers, prompt, rejection, startServer, take, until, within } from "./support.js";

describe("200 with an event stream", () => {
  test.each(["text/event-stream", "TEXT/Event-Stream", "text/event-stream;charset=utf-8", "text/event-stream ; x=y"])(
    "%s is accepted",
    async (contentType) => {
      const server = await startServer();
      server.reply({ headers: { "content-type": contentType }, body: "data: a\n\n" });
      expect(await drain(open({ url: server.url, reconnect: false }))).toEqual(["a"]);
    },
  );
});

describe("200 with another content type", () => {
  test.each(["text/html", "text/event-streamx", "text/plain, text/event-stream", "application/json"])(
    "%s is SSE_INVALID_CONTENT_TYPE, fatal, and the socket is closed at once",
    async (contentType) => {
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
    },
  );

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

describe("a status that is retried", () => {
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

describe("a status that is fatal", () => {
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

describe("no response", () => {
  test("a refused connection is CONNECT and retried", async () => {
    const server = await startServer();
    const { url } = server;
    await server.close();
    const connection = open({ url, reconnect: { ...prompt, maxAttempts: 2 } });
    const error = await rejection(connection.opened);
    expect(error).toMatchObject({ code: "MAX_RECONNECT_ATTEMPTS", cause: { code: "CONNECT", retryable: true } });
    expect(connection.handle.stats.attempts).toBe(3);
  });

  test("a server that accepts and closes at once is CONNECT and retried", async () => {
    const server = await startServer();
    server.reply(
      { head: false, finish: "cut" },
      { head: false, finish: "reset" },
      { body: "data: a\n\n", finish: "hold" },
    );
    expect(await take(open({ url: server.url, reconnect: prompt }), 1)).toMatchObject([{ data: "a" }]);
  });

  test("no headers in responseTimeout is TIMEOUT and retried", async () => {
    const server = await startServer();
    server.reply({ head: false, finish: "hold" }, { body: "data: a\n\n", finish: "hold" });
    const errors: unknown[] = [];
    const connection = open(
      { url: server.url, responseTimeout: 60, reconnect: prompt },
      { classifyEvent: () => "data", onDisconnect: (error) => errors.push(error?.code) },
    );
    expect(await take(connection, 1)).toMatchObject([{ data: "a" }]);
    expect(errors).toEqual(["TIMEOUT"]);
  });

  test("a POST whose headers did not come is not re-sent", async () => {
    const server = await startServer();
    server.otherwise({ head: false, finish: "hold" });
    const connection = open({ url: server.url, method: "POST", body: "{}", responseTimeout: 60, reconnect: prompt });
    expect(await rejection(connection.opened)).toMatchObject({ code: "TIMEOUT", retryable: false });
    await server.idle();
    expect(server.requests).toHaveLength(1);
  });
});

describe("a client of the user's", () => {
  const events = { status: 200, headers: new Headers({ "content-type": "text/event-stream" }) };
  const close = async (): Promise<void> => {};

  test("that rejects with an error of its own is CONNECT, retried", async () => {
    let sent = 0;
    const send = async (): Promise<never> => {
      sent += 1;
      throw new Error("no route");
    };
    const connection = open({
      url: "http://localhost/",
      client: { send, close },
      reconnect: { ...prompt, maxAttempts: 1 },
    });
    expect(await rejection(connection.opened)).toMatchObject({
      cause: { code: "CONNECT", cause: { message: "no route" } },
    });
    expect(sent).toBe(2);
  });

  test("that breaks its promises is HANDLER, fatal: never retried for ever", async () => {
    const body = { consume: () => expect.unreachable("mine"), pause() {}, resume() {}, abort() {} };
    const send = async (): Promise<HttpResponse> => ({ ...events, body });
    const connection = open({ url: "http://localhost/", client: { send, close }, reconnect: prompt });
    expect(await rejection(connection.stream.next())).toMatchObject({
      code: "HANDLER",
      details: { hook: "the transport itself" },
    });
  });
});

describe("redirects of the same origin", () => {
  test("are followed, signed anew on each hop, and the next attempt starts at the configured URL", async () => {
    const server = await startServer();
    server.reply(
      { status: 307, headers: { location: "/moved?x=1" } },
      { body: "id: 7\ndata: a\n\n" },
      { body: "data: b\n\n", finish: "hold" },
    );
    let signatures = 0;
    const urls: string[] = [];
    const connection = open(
      {
        url: `${server.url}start`,
        headers: { "X-Caller": "yes" },
        auth: { sign: ({ headers, url }) => headers.set("X-Signature", `${(signatures += 1)} ${url.pathname}`) },
        reconnect: prompt,
      },
      { classifyEvent: () => "data", onConnect: ({ url }) => urls.push(url.pathname + url.search) },
    );
    await take(connection, 2);
    expect(server.requests.map(({ url, headers }) => [url, headers["x-signature"], headers["x-caller"]])).toEqual([
      ["/start", "1 /start", "yes"],
      ["/moved?x=1", "2 /moved", "yes"],
      ["/start", "3 /start", "yes"],
    ]);
    expect(urls).toEqual(["/moved?x=1", "/start"]);
  });

  test("303 turns a POST into a GET; 308 keeps method and body", async () => {
    const server = await startServer();
    server.reply(
      { status: 308, headers: { location: "b" } },
      { status: 303, headers: { location: "c" } },
      { status: 204 },
    );
    await SseConnection.connect({ url: `${server.url}a`, method: "POST", body: "hello" });
    expect(server.requests.map(({ method, url, text }) => [method, url, text])).toEqual([
      ["POST", "/a", "hello"],
      ["POST", "/b", "hello"],
      ["GET", "/c", ""],
    ]);
  });

  test("a sixth one is REDIRECT, fatal", async () => {
    const server = await startServer();
    server.otherwise({ status: 302, headers: { location: "/again" } });
    expect(await rejection(SseConnection.connect(server.url))).toMatchObject({ code: "REDIRECT", retryable: false });
    expect(server.requests).toHaveLength(6);
  });
});
