import { describe, expect, test } from "vitest";
import { type SseProtocolHandler, SseConnection } from "../../src/sse/index.js";
import type { Reply } from "../../src/testing/index.js";
import { TransportError } from "../../src/error.js";
import { type HttpClient, type Lookup, NodeClient } from "../../src/http/entries/node.js";
import { rejection } from "../support/promises.js";
import { drain, open, prompt, startServer, take, until, within } from "./support.js";

const post = { method: "POST", body: '{"buy":1}', reconnect: prompt } as const;
const data: Pick<SseProtocolHandler, "classifyEvent"> = { classifyEvent: () => "data" };

describe("a POST that was accepted is never sent again", () => {
  test.each([
    ["events with ids", { body: "id: 1\ndata: a\n\n" }],
    ["events without ids", { body: "data: a\n\n" }],
    ["an id that is cleared", { body: "id: 1\ndata: a\n\nid\ndata: b\n\n" }],
    ["no event", { body: ": at work\n\n" }],
  ])("%s, and a clean end: the loop ends", async (_what, reply) => {
    const server = await startServer();
    server.otherwise(reply);
    await within(drain(open({ url: server.url, ...post })), "the end");
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ["events with ids", { body: "id: 1\ndata: a\n\n", finish: "cut" }],
    ["no event", { body: ": at work\n\n", finish: "reset" }],
  ] satisfies [string, Reply][])("%s, and a broken connection: the error is thrown", async (_what, reply) => {
    const server = await startServer();
    server.otherwise(reply);
    const error = await within(rejection(drain(open({ url: server.url, ...post }))), "the error");
    expect(error).toMatchObject({ code: "SSE_STREAM_ENDED", retryable: false, details: { clean: false } });
    expect(server.requests).toHaveLength(1);
  });

  test("silence that ends it is thrown", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\n", finish: "hold" });
    const error = await rejection(drain(open({ url: server.url, ...post, idleTimeout: 50 })));
    expect(error).toMatchObject({ code: "IDLE_TIMEOUT" });
    expect(server.requests).toHaveLength(1);
  });
});

describe("a POST that was refused", () => {
  test.each([408, 425, 429, 503])("with %i was not acted on: it is tried again, at most 4 times", async (status) => {
    const server = await startServer();
    server.otherwise({ status });
    const error = await rejection(drain(open({ url: server.url, ...post })));
    expect(error).toMatchObject({ code: "MAX_RECONNECT_ATTEMPTS", cause: { details: { status } } });
    expect(server.requests).toHaveLength(5);
  });

  test("with 401 was not acted on: a handler that knows better may have it sent again", async () => {
    const server = await startServer();
    server.reply({ status: 401 }, { body: "data: a\n\n" });
    const connection = open(
      { url: server.url, ...post },
      { ...data, shouldRetry: ({ code }) => code !== "SSE_STREAM_ENDED" },
    );
    expect(await drain(connection)).toEqual(["a"]);
    expect(server.requests).toHaveLength(2);
  });

  test.each([500, 502, 504])("with %i may have been acted on behind a gateway: that is the end", async (status) => {
    const server = await startServer();
    server.otherwise({ status });
    const error = await rejection(drain(open({ url: server.url, ...post })));
    expect(error).toMatchObject({ code: "SSE_INVALID_STATUS", details: { status } });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ["a 502", { status: 502 }],
    ["no answer", { head: false, finish: "cut" }],
    ["no answer in time", async (exchange) => await exchange.hold()],
  ] satisfies [string, Reply][])(
    "a handler that always says yes to shouldRetry changes nothing of it, after %s",
    async (_what, reply) => {
      const server = await startServer();
      server.otherwise(reply);
      const connection = open({ url: server.url, ...post, responseTimeout: 100 }, { ...data, shouldRetry: () => true });
      await within(rejection(drain(connection)), "the error");
      expect(server.requests).toHaveLength(1);
    },
  );
});

describe("a POST that was not sent", () => {
  test("because the host was not found, is sent at the next attempt", async () => {
    const server = await startServer();
    server.reply({ body: "data: a\n\n" });
    let lookups = 0;
    const lookup: Lookup = (_host, _options, callback) => {
      lookups += 1;
      if (lookups === 1) setImmediate(callback, new Error("no such host"), "", 0);
      else callback(null, [{ address: "127.0.0.1", family: 4 }]);
    };
    const client = new NodeClient({ lookup, proxy: false });
    expect(await drain(open({ url: `http://stream.example:${server.port}/`, ...post, client }))).toEqual(["a"]);
    expect([lookups, server.requests.length]).toEqual([2, 1]);
  });

  test("because its client refused it, may be sent again, and the error is the client's", async () => {
    const server = await startServer();
    server.reply({ body: "data: a\n\n" });
    const refusal = TransportError.config("proxy", "socks5:", "no such proxy");
    for (const resend of [false, true]) {
      let sent = 0;
      const client: HttpClient = {
        send: () => {
          sent += 1;
          return Promise.reject(refusal);
        },
        close: () => Promise.resolve(),
      };
      const handler = { ...data, shouldRetry: () => sent < 3 };
      expect(await rejection(drain(open({ url: server.url, ...post, client, resend }, handler)))).toBe(refusal);
      expect(sent).toBe(3);
    }
  });

  test.each([false, true])("is told as one that was not; resend: %s", async (resend) => {
    const source = { url: "http://127.0.0.1:1/", ...post, reconnect: false, resend } as const;
    expect(await rejection(drain(open(source)))).toMatchObject({ code: "CONNECT", details: { requestSent: false } });
  });
});

describe("one rule for the whole chain of redirects: a server that redirects a POST has it", () => {
  test.each([
    [301, "a refused connection", undefined],
    [302, "a 503", { status: 503 }],
    [303, "a 503", { status: 503 }],
    [303, "a reset", { head: false, finish: "reset" }],
    [303, "a stream that breaks", { body: "data: a\n\n", finish: "cut" }],
    [307, "a 503", { status: 503 }],
    [308, "a refused connection", undefined],
  ] satisfies [number, string, Reply | undefined][])(
    "%i, then %s: one request to the first",
    async (status, _then, reply) => {
      const server = await startServer();
      const location = reply === undefined ? "http://127.0.0.1:1/" : "/stream";
      server.otherwise(async (exchange) => {
        if (exchange.request.url === "/") return await exchange.play({ status, headers: { location } });
        await exchange.play(reply ?? {});
      });
      await within(rejection(drain(open({ url: server.url, ...post }))), "the error");
      expect(server.requests.filter(({ url }) => url === "/")).toHaveLength(1);
    },
  );

  test("a 401 behind a redirect asks for no fresh token: the first server would get the request twice", async () => {
    const server = await startServer();
    server.reply({ status: 307, headers: { location: "/inner" } }, { status: 401 });
    const auth = { renewable: true, sign: () => {} };
    const error = await rejection(drain(open({ url: server.url, ...post, auth })));
    expect(error).toMatchObject({ details: { status: 401 } });
    expect(server.requests).toHaveLength(2);
  });
});

describe("reconnect() is refused, and nothing dropped", () => {
  test("while a POST waits for its answer", async () => {
    const server = await startServer();
    server.reply(async (exchange) => await exchange.hold());
    const connection = open({ url: server.url, ...post });
    await server.request(1);
    expect(await rejection(connection.handle.reconnect())).toMatchObject({ message: /may have acted on/ });
    expect([connection.handle.state.status, server.openSockets]).toEqual(["connecting", 1]);
  });

  test("but allowed in the wait after a refusal: nothing was done", async () => {
    const server = await startServer();
    server.reply({ status: 503 }, { body: "data: a\n\n", finish: "hold" });
    const connection = open({ url: server.url, ...post, reconnect: { initialDelay: 3_600_000 } });
    await until(() => connection.handle.state.status === "reconnecting");
    await connection.handle.reconnect();
    expect(server.requests).toHaveLength(2);
  });
});

describe("it is the request as it is sent that counts", () => {
  test("a POST that prepareRequest makes of a GET", async () => {
    const server = await startServer();
    server.otherwise({ body: "id: 1\ndata: a\n\n" });
    const handler: SseProtocolHandler = { ...data, prepareRequest: (request) => ({ ...request, method: "POST" }) };
    expect(await drain(open({ url: server.url, reconnect: prompt }, handler))).toEqual(["a"]);
    expect(server.requests.map(({ method }) => method)).toEqual(["POST"]);
  });

  test("a handler that can resume is asked, and resumes by GET", async () => {
    const server = await startServer();
    server.reply({ body: "id: 1\ndata: a\n\n", finish: "cut" }, { body: "data: b\n\n", finish: "hold" });
    const handler: SseProtocolHandler = {
      ...data,
      canResume: () => true,
      prepareRequest: (request) =>
        request.lastEventId === "" ? request : { ...request, method: "GET", body: undefined },
    };
    await take(open({ url: server.url, ...post }, handler), 2);
    expect(server.requests.map(({ method, lastEventId }) => [method, lastEventId])).toEqual([
      ["POST", undefined],
      ["GET", "1"],
    ]);
  });

  test("a handler that says it can resume, and then makes the POST again, is HANDLER", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\n", finish: "cut" });
    const error = await rejection(drain(open({ url: server.url, ...post }, { ...data, canResume: () => true })));
    expect(error).toMatchObject({ code: "HANDLER", details: { hook: "prepareRequest" } });
    expect(server.requests).toHaveLength(1);
  });
});

test.each([
  ["an answer that ends", { body: "data: a\n\n" }],
  ["an answer that breaks", { body: "data: a\n\n", finish: "cut" }],
  ["a 502", { status: 502 }],
  ["no answer", { head: false, finish: "cut" }],
  ["no answer in time", async (exchange) => await exchange.hold()],
] satisfies [string, Reply][])("resend: true makes a POST as good as a GET, after %s", async (_what, reply) => {
  const server = await startServer();
  server.reply(reply, { body: "data: last\n\n", finish: "hold" });
  const connection = SseConnection.open({ url: server.url, ...post, resend: true, responseTimeout: 200 });
  for await (const event of connection) if (event.data === "last") break;
  expect(server.requests.map(({ method }) => method)).toEqual(["POST", "POST"]);
});

test("resend: true makes the error of no answer one of a safe request", async () => {
  const server = await startServer();
  server.otherwise({ head: false, finish: "cut" });
  const error = await rejection(drain(open({ url: server.url, ...post, reconnect: false, resend: true })));
  expect(error).toMatchObject({ code: "CONNECT", retryable: true, details: { requestSent: true } });
  expect((error as Error).cause).toMatchObject({ code: "ERR_HTTP_CUT_SHORT" });
});

test.each(["GET", "OPTIONS", "QUERY", "REPORT"])("%s is safe: it is sent again", async (method) => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
  await take(open({ url: server.url, method, reconnect: prompt }), 2);
});

test.each(["POST", "PUT", "PATCH", "DELETE", "SUBSCRIBE"])("%s is not", async (method) => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\n" });
  expect(await drain(open({ url: server.url, method, reconnect: prompt }))).toEqual(["a"]);
  expect(server.requests).toHaveLength(1);
});
