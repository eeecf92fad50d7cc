import { describe, expect, test } from "vitest";
import { z } from "zod";
import { SseConnection } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { countingSignal, drain, open, pendingTimers, prompt, startServer, until, within } from "./support.js";

const endless = { body: "data: a\n\ndata: b\n\ndata: c\n\n", finish: "hold" } as const;

describe("handle.close()", () => {
  test("while connected: the server sees the socket go, the loop ends, unread events are dropped", async () => {
    const server = await startServer();
    server.reply(endless);
    const { handle, stream } = open(server.url);
    expect(await stream.next()).toMatchObject({ value: { data: "a" } });
    await within(handle.close(), "close()", 500);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(handle.state).toEqual({ status: "closed", error: undefined });
    expect(handle.stats.buffered).toBe(0);
    await handle.closed;
    await server.idle();
  });

  test("twice is harmless", async () => {
    const server = await startServer();
    const connection = open(server.url);
    await connection.opened;
    await Promise.all([connection.close(), connection.handle.close()]);
    await connection.close();
    await server.idle();
  });

  test("from inside the loop: not one more event is delivered", async () => {
    const server = await startServer();
    server.reply(endless);
    const connection = open(server.url);
    const data: string[] = [];
    for await (const event of connection) {
      data.push(event.data);
      void connection.handle.close();
    }
    expect(data).toEqual(["a"]);
    await server.idle();
  });

  test("from inside classifyEvent: neither that event nor another one of the same read is delivered", async () => {
    const server = await startServer();
    server.reply(endless);
    const classified: string[] = [];
    const connection: SseConnection = open(server.url, {
      classifyEvent: ({ data }) => {
        classified.push(data);
        if (data === "b") void connection.close();
        return "data";
      },
    });
    expect(await drain(connection)).toEqual([]);
    expect(connection.handle.stats.events).toBe(1);
    expect(classified).toEqual(["a", "b"]);
    await server.idle();
  });

  test.each(["onConnect", "onComment", "onStateChange", "onDisconnect", "shouldRetry"])(
    "from inside %s",
    async (hook) => {
      const server = await startServer();
      server.otherwise({ body: ": comment\n\n" });
      const connection: SseConnection = open(
        { url: server.url, reconnect: prompt },
        {
          classifyEvent: () => "data",
          [hook]: () => {
            void connection.close();
            return true;
          },
        },
      );
      expect(await within(drain(connection), "the loop")).toEqual([]);
      expect(connection.handle.state.status).toBe("closed");
      await server.idle();
      expect(server.requests.length).toBeLessThanOrEqual(1);
    },
  );

  test.each([
    ["next()", "data"],
    ["for await", "data"],
    ["batches()", "data"],
    ["json()", "data"],
    ["next()", "system"],
  ] as const)(
    "from inside a hook that hears of the end: %s had its turn, after an event of the kind %s",
    async (way, kind) => {
      const server = await startServer();
      server.reply({ body: "data: 1\n\ndata: 2\n\n" });
      const order: string[] = [];
      const connection: SseConnection = open(server.url, {
        classifyEvent: () => kind,
        onDisconnect: () => {
          order.push("close");
          void connection.close();
        },
      });
      // A schema, and a consumer, that take some turns of the microtask queue.
      const slowly = z.number().refine(async () => true);
      const slow = async (data: string): Promise<void> => {
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
        order.push(data);
      };
      const { stream } = connection;
      if (way === "json()") for await (const { data } of stream.json(slowly)) order.push(data);
      else if (way === "for await") for await (const { data } of stream) order.push(data);
      else if (way === "batches()")
        for await (const batch of stream.batches()) order.push(...batch.map(({ data }) => data));
      else for (let one = await stream.next(); !one.done; one = await stream.next()) await slow(one.value.data);
      expect(order).toEqual(["1", "2", "close"]);
    },
  );

  test("from inside a signer that then throws", async () => {
    const server = await startServer();
    const connection: SseConnection = open({
      url: server.url,
      auth: {
        sign: () => {
          void connection.close();
          throw new Error("token revoked");
        },
      },
    });
    expect(await within(drain(connection), "the loop")).toEqual([]);
    expect(server.requests).toHaveLength(0);
  });

  test("while a schema takes its time: what it lets through late is not delivered", async () => {
    const server = await startServer();
    server.reply({ body: "data: 1\n\n", finish: "hold" });
    let pass = (): void => {};
    const gate = new Promise<void>((resolve) => {
      pass = resolve;
    });
    const schema = z.number().refine(async () => {
      await gate;
      return true;
    });
    const connection = open(server.url);
    const next = connection.stream.json(schema)[Symbol.asyncIterator]().next();
    await until(() => connection.handle.stats.events === 1 && connection.handle.stats.buffered === 0);
    await connection.close();
    pass();
    expect(await within(next, "next()")).toEqual({ done: true, value: undefined });
  });

  test("in backoff: at once", async () => {
    const server = await startServer();
    server.reply({ status: 503 });
    const states: string[] = [];
    const connection = open(
      { url: server.url, reconnect: { initialDelay: 60_000 } },
      { classifyEvent: () => "data", onStateChange: ({ status }) => states.push(status) },
    );
    await within(
      until(() => connection.handle.state.status === "reconnecting"),
      "the backoff",
    );
    await within(connection.close(), "close()", 200);
    expect(await connection.stream.next()).toEqual({ done: true, value: undefined });
    expect(states).toEqual(["connecting", "reconnecting", "closed"]);
    await server.idle();
  });

  test("while the headers are awaited: at once", async () => {
    const server = await startServer();
    server.reply({ head: false, finish: "hold" });
    const connection = open(server.url);
    await server.nextRequest();
    await within(connection.close(), "close()", 200);
    await server.idle();
    expect(await rejection(connection.opened)).toMatchObject({ code: "SSE_STREAM_ENDED", message: /closed/ });
  });

  test("in the very turn of open(): nothing was sent", async () => {
    const server = await startServer();
    const connection = open(server.url);
    expect(connection.handle.state.status).toBe("connecting");
    await within(connection.close(), "close()", 200);
    expect(await connection.stream.next()).toEqual({ done: true, value: undefined });
    expect(server.requests).toHaveLength(0);
  });

  test("while a signer never comes back", async () => {
    const server = await startServer();
    const connection = open({ url: server.url, auth: { sign: () => new Promise(() => {}) } });
    await until(() => connection.handle.stats.attempts === 1);
    await within(connection.close(), "close()", 200);
    expect(server.requests).toHaveLength(0);
  });

  test("while a body function never comes back", async () => {
    const server = await startServer();
    const connection = open({ url: server.url, method: "POST", body: () => new Promise<string>(() => {}) });
    await until(() => connection.handle.stats.attempts === 1);
    await within(connection.close(), "close()", 200);
    expect(server.requests).toHaveLength(0);
  });

  test("wakes a next() that waits", async () => {
    const server = await startServer();
    const connection = open(server.url);
    await connection.opened;
    const waiting = [connection.stream.next(), connection.stream.next()];
    await connection.close();
    expect(await within(Promise.all(waiting), "next()")).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });
});

test("after close() no timer, socket or listener is left, from every state", async () => {
  const server = await startServer();
  const timers = pendingTimers(50_000);
  const { signal, added, removed } = countingSignal();
  const options = { idleTimeout: 60_000, connectTimeout: 50_000, responseTimeout: 50_000, signal };
  const replies = [{ finish: "hold" }, { status: 503 }, { head: false, finish: "hold" }] as const;
  const statuses = ["connected", "reconnecting", "connecting"];
  for (const [index, reply] of replies.entries()) {
    server.reply(reply);
    const connection = SseConnection.open({ url: server.url, reconnect: { initialDelay: 60_000 }, ...options });
    await server.request(index + 1);
    await until(() => connection.handle.state.status === statuses[index]);
    expect(timers.size).toBeGreaterThan(0);
    await connection.close();
    expect(timers.size).toBe(0);
    await server.idle();
  }
  expect(added()).toBeGreaterThanOrEqual(3);
  expect(added()).toBe(removed());
});
