import { describe, expect, expectTypeOf, test } from "vitest";
import { TransportError } from "../../src/index.js";
import type { SseConnection, SseProtocolHandler } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take, within } from "./support.js";

test("hooks run in wire order, ahead of the consumer, and see the whole life", async () => {
  const server = await startServer();
  server.reply(
    { headers: { "x-node": "1" }, body: ": hello\n\ndata: a\n\n" },
    { status: 503 },
    { body: "data: b\n\n", finish: "hold" },
  );
  const seen: unknown[] = [];
  const connection = open(
    { url: server.url, reconnect: prompt },
    {
      classifyEvent: ({ data }) => (seen.push(["event", data]), "system"),
      onConnect: ({ status, headers, url, attempt }) =>
        seen.push(["connect", status, headers.get("x-node"), url.href === server.url, attempt]),
      onDisconnect: (error) => seen.push(["disconnect", error?.code]),
      onComment: (text) => seen.push(["comment", text]),
      onStateChange: (state, previous) => seen.push([previous.status, state.status]),
    },
  );
  expect(await take(connection, 2)).toMatchObject([{ kind: "system" }, { kind: "system" }]);
  await connection.close();
  // Its events are of the kind "system", so all three attempts count as useless.
  expect(seen).toEqual([
    ["disconnected", "connecting"],
    ["connecting", "connected"],
    ["connect", 200, "1", true, 1],
    ["comment", "hello"],
    ["event", "a"],
    ["disconnect", "SSE_STREAM_ENDED"],
    ["connected", "reconnecting"],
    ["reconnecting", "connecting"],
    ["disconnect", "SSE_INVALID_STATUS"],
    ["connecting", "reconnecting"],
    ["reconnecting", "connecting"],
    ["connecting", "connected"],
    ["connect", 200, null, true, 3],
    ["event", "b"],
    ["disconnect", undefined],
    ["connected", "closed"],
  ]);
});

describe("a hook that throws is HANDLER with its cause, fatal", () => {
  test.each(["classifyEvent", "onConnect", "onDisconnect", "onComment", "onStateChange", "shouldRetry"])(
    "%s",
    async (hook) => {
      const server = await startServer();
      server.otherwise({ body: ": comment\n\ndata: a\n\n" });
      const cause = new Error("mine");
      const handler: SseProtocolHandler = {
        classifyEvent: () => "data",
        [hook]: () => {
          throw cause;
        },
      };
      const connection = open({ url: server.url, reconnect: prompt }, handler);
      const error = await within(rejection(drainAll(connection)), "the error");
      expect(TransportError.is(error, "HANDLER") && [error.details.hook, error.cause]).toEqual([hook, cause]);
      expect(error).toMatchObject({ message: `${hook} threw: mine`, retryable: false });
      expect(connection.handle.state).toEqual({ status: "closed", error });
      await server.idle();
      expect(server.requests.length).toBeLessThanOrEqual(1);
    },
  );

  test.each(["classifyEvent", "onConnect", "onComment", "onStateChange"])(
    "%s, also after asking for a reconnect",
    async (hook) => {
      const server = await startServer();
      server.otherwise({ body: ": comment\n\ndata: a\n\n", finish: "hold" });
      const connection: SseConnection = open(server.url, {
        classifyEvent: () => "data",
        [hook]: () => {
          void connection.handle.reconnect();
          throw new Error("mine");
        },
      });
      expect(await within(rejection(drainAll(connection)), "the error")).toMatchObject({ code: "HANDLER" });
    },
  );

  test.each(["onConnect", "onDisconnect", "onComment", "onStateChange"])(
    "%s, also as an async function",
    async (hook) => {
      const server = await startServer();
      server.otherwise({ body: ": comment\n\n" });
      const handler: SseProtocolHandler = {
        classifyEvent: () => "data",
        [hook]: async () => {
          throw new Error("mine");
        },
      };
      const connection = open({ url: server.url, reconnect: prompt }, handler);
      expect(await within(rejection(drainAll(connection)), "the error")).toMatchObject({
        code: "HANDLER",
        details: { hook },
        cause: { message: "mine" },
      });
    },
  );

  test.each([
    ["classifyEvent", undefined, 'it returned undefined; it takes "data", "system", "retry" or "unknown"'],
    ["shouldRetry", Promise.resolve(true), "it returned an object (Promise); it takes true or false"],
  ])("%s that returns %o", async (hook, value, message) => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\n" });
    const handler = { classifyEvent: () => "data", [hook]: () => value } as SseProtocolHandler;
    const connection = open({ url: server.url, reconnect: prompt }, handler);
    expect(await within(rejection(drainAll(connection)), "the error")).toMatchObject({
      code: "HANDLER",
      cause: { message },
    });
  });

  test.each(["classifyEvent", "reconnect.delay", "telemetry"])(
    "%s, also where a promise is no answer: its rejection does not reach the process",
    async (hook) => {
      const server = await startServer();
      server.otherwise({ body: "data: a\n\n" });
      const fail = async (): Promise<never> => {
        throw new Error("mine");
      };
      const handler = {
        classifyEvent: hook === "classifyEvent" ? fail : () => "data",
      } as unknown as SseProtocolHandler;
      const reconnect = (hook === "reconnect.delay" ? { delay: fail } : prompt) as unknown as typeof prompt;
      const telemetry = { observe: () => (hook === "telemetry" ? { attemptStarted: fail as () => never } : {}) };
      const connection = open({ url: server.url, reconnect, telemetry }, handler);
      expect(await within(rejection(drainAll(connection)), "the error")).toMatchObject({
        code: "HANDLER",
        details: { hook },
      });
    },
  );

  test.each(["onDisconnect", "onDisconnect, as an async function", "onStateChange", "shouldRetry", "reconnect.delay"])(
    "%s, and what it was told of is not lost",
    async (name) => {
      const server = await startServer();
      server.otherwise({ status: 503 });
      const [hook = ""] = name.split(",");
      const fail = (): never => {
        throw new Error("mine");
      };
      const hooks: Record<string, (value?: object) => unknown> = {
        onDisconnect: name === hook ? fail : async () => fail(),
        onStateChange: (state) => (state !== undefined && "error" in state ? fail() : undefined),
        shouldRetry: fail,
      };
      const handler = { classifyEvent: () => "data", [hook]: hooks[hook] } as SseProtocolHandler;
      const reconnect = hook === "reconnect.delay" ? { delay: fail } : prompt;
      const error = await within(rejection(drainAll(open({ url: server.url, reconnect }, handler))), "the error");
      expect(error).toMatchObject({
        code: "HANDLER",
        details: { hook, error: { code: "SSE_INVALID_STATUS", details: { status: 503 } } },
        cause: { message: "mine" },
      });
    },
  );

  test("a body function", async () => {
    const server = await startServer();
    const body = (): never => {
      throw new Error("mine");
    };
    expect(await rejection(open({ url: server.url, method: "POST", body }).opened)).toMatchObject({
      code: "HANDLER",
      details: { hook: "body" },
    });
  });

  test("onConnect rejects opened as well", async () => {
    const server = await startServer();
    const onConnect = (): never => {
      throw new Error("mine");
    };
    const connection = open(server.url, { classifyEvent: () => "data", onConnect });
    expect(await rejection(connection.opened)).toMatchObject({ code: "HANDLER" });
  });
});

test("shouldRetry is not asked once onDisconnect has closed", async () => {
  const server = await startServer();
  server.reply({ status: 503 });
  let asked = 0;
  const connection: SseConnection = open(server.url, {
    classifyEvent: () => "data",
    onDisconnect: () => void connection.close(),
    shouldRetry: () => (asked += 1) > 0,
  });
  await connection.handle.closed;
  await server.idle();
  expect(asked).toBe(0);
});

test("the error of a hook narrows by its code", () => {
  const handler: SseProtocolHandler = {
    classifyEvent: () => "data",
    onDisconnect: (error) => {
      if (error?.code === "SSE_INVALID_STATUS") expectTypeOf(error.details.status).toEqualTypeOf<number>();
    },
    shouldRetry: (error) => error.code !== "CONNECT" || error.details.requestSent,
  };
  expect(handler.shouldRetry?.(TransportError.connect("http://h"), 1)).toBe(false);
});

describe("shouldRetry", () => {
  test("decides in place of error.retryable, told the attempts in a row", async () => {
    const server = await startServer();
    server.reply({ status: 404 }, { status: 404 }, { body: "data: a\n\n", finish: "cut" }, { status: 503 });
    const asked: unknown[] = [];
    const connection = open(
      { url: server.url, reconnect: prompt },
      {
        classifyEvent: () => "data",
        shouldRetry: (error, attempt) => {
          asked.push([error.code, attempt]);
          return !TransportError.is(error, "SSE_INVALID_STATUS") || error.details.status === 404;
        },
      },
    );
    await take(connection, 1);
    expect(await rejection(connection.stream.next())).toMatchObject({ details: { status: 503 } });
    expect(asked).toEqual([
      ["SSE_INVALID_STATUS", 1],
      ["SSE_INVALID_STATUS", 2],
      ["SSE_STREAM_ENDED", 0],
      ["SSE_INVALID_STATUS", 1],
    ]);
  });

  test("after a clean end, false ends the stream without an error", async () => {
    const server = await startServer();
    server.reply({ body: "data: a\n\n" });
    const connection = open(server.url, { classifyEvent: () => "data", shouldRetry: () => false });
    expect(await drainAll(connection)).toBe(1);
  });
});

async function drainAll(connection: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _event of connection) count += 1;
  return count;
}
