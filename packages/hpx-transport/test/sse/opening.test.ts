import { describe, expect, test } from "vitest";
import { BearerAuth } from "../../src/index.js";
import {
  AnthropicSseHandler,
  OpenAiSseHandler,
  SseConfig,
  SseConnection,
  type SseProtocolHandler,
} from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { drain, open, prompt, startServer, take, within } from "./support.js";

describe("openTimeout", () => {
  test("before the first accepted response the last error is thrown, by opened and by the loop", async () => {
    const server = await startServer();
    server.otherwise({ status: 503 });
    const connection = open({ url: server.url, openTimeout: 700, reconnect: { ...prompt, maxDelay: 20 } });
    const error = await within(rejection(connection.opened), "the error");
    expect(error).toMatchObject({ code: "SSE_INVALID_STATUS", details: { status: 503 } });
    expect(await rejection(connection.stream.next())).toBe(error);
    expect(server.requestCount).toBeGreaterThan(1);
  });

  test("it cuts a wait short", async () => {
    const server = await startServer();
    server.otherwise({ status: 503 });
    const connection = open({ url: server.url, openTimeout: 100, reconnect: { initialDelay: 3_600_000 } });
    expect(await within(rejection(connection.opened), "the error")).toMatchObject({ code: "SSE_INVALID_STATUS" });
  });

  test("where no attempt has failed yet, it is TIMEOUT with the phase", async () => {
    const server = await startServer();
    server.otherwise(async (exchange) => await exchange.hold());
    const connection = open({ url: server.url, openTimeout: 100 });
    expect(await within(rejection(connection.opened), "the error")).toMatchObject({
      code: "TIMEOUT",
      details: { phase: "open", limit: 100 },
      retryable: false,
    });
    await server.idle();
  });

  test("after the first accepted response it has no effect", async () => {
    const server = await startServer();
    server.reply({ body: "data: a\n\n" }, { status: 503 }, { status: 503 }, { body: "data: b\n\n", finish: "hold" });
    const reconnect = { initialDelay: 60, factor: 1, jitter: 0, burst: 100 };
    await take(open({ url: server.url, openTimeout: 100, reconnect }), 2);
  });

  test("0 waits for ever", async () => {
    const server = await startServer();
    server.otherwise({ status: 503 });
    open({ url: server.url, openTimeout: 0, reconnect: { ...prompt, maxDelay: 20 } });
    await server.request(8);
  });

  test("an answer that came while the event loop was blocked counts", async () => {
    const server = await startServer();
    server.otherwise(async (exchange) => {
      await exchange.delay(40);
      await exchange.play({ body: "data: a\n\n", finish: "hold" });
    });
    const connection = open({ url: server.url, openTimeout: 200 });
    await server.request(1);
    // The answer is on its way within the limit, but this process reads nothing for longer than it.
    await new Promise((resolve) => setTimeout(resolve, 80));
    const until = performance.now() + 250;
    while (performance.now() < until);
    await take(connection, 1);
  });
});

describe("signTimeout", () => {
  const never = (): Promise<never> => new Promise(() => {});

  test.each([
    ["a signer", "sign", { auth: { sign: never } }],
    ["a token function", "sign", { auth: new BearerAuth(never) }],
    ["a body function", "body", { method: "POST", body: never }],
  ])("%s that does not answer is TIMEOUT with the phase, and retried", async (_what, phase, options) => {
    const server = await startServer();
    const source = { url: server.url, signTimeout: 30, ...options, reconnect: { ...prompt, maxAttempts: 2 } };
    const error = await within(rejection(SseConnection.connect(source)), "the error");
    expect(error).toMatchObject({
      code: "MAX_RECONNECT_ATTEMPTS",
      cause: { code: "TIMEOUT", details: { phase, limit: 30 }, retryable: true },
    });
    expect(server.requests).toEqual([]);
  });

  test("one that answers in time leaves no timer", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\n", finish: "hold" });
    const auth = { sign: () => new Promise<void>((resolve) => setTimeout(resolve, 5)) };
    const connection = open({ url: server.url, auth, signTimeout: 40 });
    await take(connection, 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(connection.handle.state.status).toBe("connected");
  });
});

describe("eventTimeout", () => {
  test("no event for so long is IDLE_TIMEOUT, comments or not; the next attempt delivers", async () => {
    const server = await startServer();
    server.reply(
      async (exchange) => {
        await exchange.send({ data: "a" });
        for (;;) {
          await exchange.comment("beat");
          await exchange.delay(15);
        }
      },
      { body: "data: b\n\n", finish: "hold" },
    );
    const errors: unknown[] = [];
    const connection = open(
      { url: server.url, eventTimeout: 80, idleTimeout: 5000, reconnect: prompt },
      { classifyEvent: () => "data", onDisconnect: (error) => void errors.push(error) },
    );
    await take(connection, 2);
    expect(errors).toMatchObject([{ code: "IDLE_TIMEOUT", details: { limit: 80, what: "events" } }]);
  });

  test("each event starts it anew", async () => {
    const server = await startServer();
    server.reply({
      body: [1, 2, 3, 4, 5].flatMap((n) => [{ event: { data: String(n) } }, { delay: 40 }]),
      finish: "end",
    });
    const connection = open({ url: server.url, eventTimeout: 120, reconnect: false });
    expect(await drain(connection)).toEqual(["1", "2", "3", "4", "5"]);
  });
});

describe("a handler whose service is slow to answer", () => {
  test("changes the defaults of responseTimeout and openTimeout, and no given option", () => {
    const url = "https://example.com/";
    const limits = { responseTimeout: 600_000, openTimeout: 610_000 };
    expect(new SseConfig(url).openingLimits(600_000)).toEqual(limits);
    expect(new SseConfig(url).with({ idleTimeout: 5 }).openingLimits(600_000)).toEqual(limits);
    expect(new SseConfig(url, { responseTimeout: 5 }).openingLimits(600_000)).toEqual({
      responseTimeout: 5,
      openTimeout: 60_000,
    });
    expect(new SseConfig(url, { openTimeout: 5 }).openingLimits(600_000)).toEqual({ ...limits, openTimeout: 5 });
    expect(new SseConfig(url).openingLimits(undefined)).toEqual({ responseTimeout: 60_000, openTimeout: 60_000 });
  });

  test("is waited for", async () => {
    const server = await startServer();
    server.otherwise(async (exchange) => {
      await exchange.delay(100);
      await exchange.play({ body: "data: a\n\n", finish: "hold" });
    });
    // Its own 30 ms are too short: the default would have waited.
    const handler: SseProtocolHandler = { classifyEvent: () => "data", responseTimeout: 30 };
    const connection = open({ url: server.url, reconnect: false }, handler);
    expect(await rejection(connection.opened)).toMatchObject({ code: "TIMEOUT", details: { limit: 30 } });
  });
});

test("the handlers for LLMs wait 10 minutes for an answer", () => {
  for (const handler of [new OpenAiSseHandler(), new AnthropicSseHandler()])
    expect(handler.responseTimeout).toBe(600_000);
});
