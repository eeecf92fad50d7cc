import { expect, test } from "vitest";
import type { SseConnection } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, startServer, take, until, within } from "./support.js";

const event = { body: "id: 5\ndata: a\n\n", finish: "hold" } as const;

test("reconnect() drops the connection, connects now and keeps the id", async () => {
  const server = await startServer();
  server.otherwise(event);
  const disconnects: unknown[] = [];
  const connection = open(server.url, {
    classifyEvent: () => "data",
    onDisconnect: (error) => disconnects.push(error),
  });
  await take(connection, 1);
  await within(connection.handle.reconnect("a new network"), "reconnect()", 500);
  expect(connection.handle.state.status).toBe("connected");
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "5"]);
  expect(disconnects).toEqual([undefined]);
  expect(server.requests[0]?.isClosed).toBe(true);
});

test("during backoff it cuts the wait short", async () => {
  const server = await startServer();
  server.reply({ status: 503 }, event);
  const connection = open({ url: server.url, reconnect: { initialDelay: 60_000 } });
  await until(() => connection.handle.state.status === "reconnecting");
  await within(connection.handle.reconnect(), "reconnect()", 500);
  expect(server.requests).toHaveLength(2);
});

test("ten of them make one reconnect", async () => {
  const server = await startServer();
  server.otherwise(event);
  const connection = open(server.url);
  await connection.opened;
  await within(Promise.all(Array.from({ length: 10 }, () => connection.handle.reconnect())), "reconnect()");
  expect(server.requests).toHaveLength(2);
});

test("one while a requested attempt is under way joins it", async () => {
  const server = await startServer();
  let answer = (): void => {};
  const gate = new Promise<void>((resolve) => {
    answer = resolve;
  });
  server.reply(event, async (exchange) => {
    await exchange.until(gate);
    await exchange.play(event);
  });
  const connection = open(server.url);
  await take(connection, 1);
  const first = connection.handle.reconnect();
  await server.request(2);
  const second = connection.handle.reconnect();
  answer();
  await within(Promise.all([first, second]), "both");
  expect(server.requests).toHaveLength(2);
});

test("inside classifyEvent it loses nothing: that event comes again", async () => {
  const server = await startServer();
  for (const data of ["a", "b", "c"]) server.publish({ data });
  let reconnected = false;
  const connection: SseConnection = open(server.url, {
    classifyEvent: ({ data }) => {
      if (data === "b" && !reconnected) {
        reconnected = true;
        void connection.handle.reconnect();
      }
      return "data";
    },
  });
  expect((await take(connection, 3)).map(({ data }) => data)).toEqual(["a", "b", "c"]);
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, "1"]);
});

test("inside onComment, what the same read brought before it is delivered", async () => {
  const server = await startServer();
  server.reply({ body: "id: 1\ndata: a\n\nid: 2\ndata: b\n\n: now\n", finish: "hold" }, { finish: "hold" });
  const connection: SseConnection = open(server.url, {
    classifyEvent: () => "data",
    onComment: () => void connection.handle.reconnect(),
  });
  expect((await take(connection, 2)).map(({ data }) => data)).toEqual(["a", "b"]);
  await server.request(2);
});

test("inside onComment with a full buffer, the next connection is not stuck", async () => {
  const server = await startServer();
  const events = (from: number): string =>
    Array.from({ length: 300 }, (_, index) => `id: ${from + index}\ndata: x\n\n`).join("");
  server.reply({ body: `${events(1)}: now\n`, finish: "hold" }, { body: events(301), finish: "hold" });
  const connection: SseConnection = open(server.url, {
    classifyEvent: () => "data",
    onComment: () => void connection.handle.reconnect(),
  });
  await server.request(2);
  await until(() => connection.handle.state.status === "connected");
  const ids = (await take(connection, 600)).map(({ id }) => Number(id));
  expect(ids).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
});

test("just after an attempt ended, before its wait began, it still connects now", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n" }, event);
  const connection = open({ url: server.url, reconnect: { initialDelay: 60_000 } });
  await take(connection, 1);
  for (let turn = 0; turn < 20; turn += 1) {
    void connection.handle.reconnect();
    await Promise.resolve();
  }
  await within(server.request(2), "the second request", 1000);
});

test("a hook that always asks for one does not hammer a dead server", async () => {
  const server = await startServer();
  server.otherwise({ head: false, finish: "reset" });
  const connection: SseConnection = open(server.url, {
    classifyEvent: () => "data",
    onDisconnect: () => void connection.handle.reconnect(),
  });
  await server.request(6);
  const [first, second] = [server.requests[1]?.at ?? 0, server.requests[5]?.at ?? 0];
  expect(second - first).toBeGreaterThanOrEqual(4 * 95);
});

test("a rejection that nobody awaits is no unhandled rejection", async () => {
  const server = await startServer();
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", onUnhandled);
  const connection = open(server.url);
  await connection.close();
  void connection.handle.reconnect();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", onUnhandled);
  expect(unhandled).toEqual([]);
});

test("an attempt that hangs is dropped for a new one", async () => {
  const server = await startServer();
  server.reply({ head: false, finish: "hold" }, event);
  const connection = open(server.url);
  await server.request(1);
  await within(connection.handle.reconnect(), "reconnect()", 500);
  expect(server.requests).toHaveLength(2);
});

test("a connection that was dropped for another one is no failure: neither the backoff nor maxAttempts counts it", async () => {
  const server = await startServer();
  server.reply({ finish: "hold" }, { finish: "hold" }, { finish: "hold" }, { body: "" }, { status: 204 });
  const delays: number[] = [];
  const connection = open(
    { url: server.url, reconnect: { initialDelay: 5, jitter: 0, maxAttempts: 1 } },
    {
      classifyEvent: () => "data",
      onStateChange: (state) => void (state.status === "reconnecting" && delays.push(state.delay)),
    },
  );
  await connection.opened;
  for (let n = 0; n < 3; n += 1) await connection.handle.reconnect();
  expect((await connection.stream.next()).done).toBe(true);
  expect(delays).toEqual([0, 0, 0, 5]);
});

test("inside a hook it cuts the coming wait short", async () => {
  const server = await startServer();
  server.reply({ status: 503 }, event);
  let reconnected: Promise<void> | undefined;
  const connection: SseConnection = open(
    { url: server.url, reconnect: { initialDelay: 60_000 } },
    {
      classifyEvent: () => "data",
      onDisconnect: () => {
        reconnected ??= connection.handle.reconnect();
      },
    },
  );
  await within(connection.opened, "the second attempt");
  await reconnected;
});

test("a failing reconnect backs off like any other, and the promise waits for the one that succeeds", async () => {
  const server = await startServer();
  server.reply(event, { status: 500 }, { status: 500 }, event);
  const connection = open({ url: server.url, reconnect: { initialDelay: 60, jitter: 0 } });
  await take(connection, 1);
  await within(connection.handle.reconnect(), "reconnect()");
  expect(server.requests).toHaveLength(4);
  // Only the wait that it was called in is cut short.
  const [, second = 0, third = 0, fourth = 0] = server.requests.map(({ at }) => at);
  expect(third - second).toBeGreaterThan(50);
  expect(fourth - third).toBeGreaterThan(110);
});

test("it rejects when the connection is closed instead", async () => {
  const server = await startServer();
  server.reply(event, { head: false, finish: "hold" });
  const connection = open(server.url);
  await take(connection, 1);
  const pending = rejection(connection.handle.reconnect());
  await server.request(2);
  await connection.close();
  expect(await within(pending, "the rejection")).toMatchObject({ code: "SSE_STREAM_ENDED", message: /closed/ });
  expect(await rejection(connection.handle.reconnect())).toMatchObject({ code: "SSE_STREAM_ENDED", message: /closed/ });
});

test("it is refused, and nothing dropped, for a POST that was accepted", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n", finish: "hold" });
  const connection = open({ url: server.url, method: "POST", body: "{}" });
  await take(connection, 1);
  expect(await rejection(connection.handle.reconnect())).toMatchObject({
    code: "SSE_STREAM_ENDED",
    retryable: false,
    details: { clean: true },
    message: /is not sent again; the option resend allows it/,
  });
  expect(connection.handle.state.status).toBe("connected");
  expect(server.openStreams).toBe(1);
});
