import { setMaxListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { SseConnection } from "../../src/sse/index.js";
import { drain, open, pendingTimers, prompt, rejection, startServer, take, until, within } from "./support.js";

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

  test.each(["next()", "for await", "batches()"])(
    "from inside a hook that hears of the end: %s had its turn",
    async (way) => {
      const server = await startServer();
      server.reply({ body: "data: a\n\n" });
      const order: string[] = [];
      const connection: SseConnection = open(server.url, {
        classifyEvent: () => "data",
        onDisconnect: () => {
          order.push("close");
          void connection.close();
        },
      });
      const { stream } = connection;
      if (way === "for await") for await (const { data } of stream) order.push(data);
      else if (way === "batches()")
        for await (const batch of stream.batches()) order.push(...batch.map(({ data }) => data));
      else for (let one = await stream.next(); !one.done; one = await stream.next()) order.push(one.value.data);
      expect(order).toEqual(["a", "close"]);
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

describe("the consumer leaves the loop", () => {
  test.each(["break", "throw"])("by %s: the socket is closed and nothing is left behind", async (how) => {
    const server = await startServer();
    server.reply(endless);
    const connection = open(server.url);
    const loop = async (): Promise<void> => {
      for await (const event of connection) {
        if (how === "throw") throw new Error(event.data);
        break;
      }
    };
    if (how === "throw") await expect(loop()).rejects.toThrow("a");
    else await loop();
    expect(connection.handle.state.status).toBe("closed");
    await server.idle();
  });

  test("a batch loop, a JSON loop and a readable stream close as well", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: 1\n\n", finish: "hold" });
    for await (const _batch of open(server.url).stream.batches()) break;
    for await (const _event of open(server.url).stream.json()) break;
    for await (const _event of open(server.url).stream.toReadableStream()) break;
    await server.idle();
  });
});

describe("await using", () => {
  test("closes the connection at the end of the block", async () => {
    const server = await startServer();
    let handle;
    {
      await using connection = await SseConnection.connect(server.url);
      ({ handle } = connection);
    }
    expect(handle.state.status).toBe("closed");
    await server.idle();
  });
});

describe("AbortSignal", () => {
  test("as close(), but the loop throws the signal's reason", async () => {
    const server = await startServer();
    server.reply(endless);
    const controller = new AbortController();
    const connection = open({ url: server.url, signal: controller.signal });
    await take(connection, 1);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await rejection(connection.stream.next())).toBe(reason);
    expect(await connection.stream.next()).toEqual({ done: true, value: undefined });
    expect(connection.handle.state).toEqual({ status: "closed", error: reason });
    await server.idle();
  });

  test("a hook that closes on hearing of it does not hide the reason", async () => {
    const server = await startServer();
    const controller = new AbortController();
    const connection: SseConnection = open(
      { url: server.url, signal: controller.signal },
      { classifyEvent: () => "data", onDisconnect: () => void connection.close() },
    );
    await connection.opened;
    controller.abort("enough");
    expect(await rejection(connection.stream.next())).toBe("enough");
    expect(connection.handle.state).toEqual({ status: "closed", error: "enough" });
  });

  test("one that has fired already: nothing is sent, opened rejects with the reason", async () => {
    const server = await startServer();
    const connection = open({ url: server.url, signal: AbortSignal.abort("no") });
    expect(await rejection(connection.opened)).toBe("no");
    expect(await rejection(connection.stream.next())).toBe("no");
    expect(server.requests).toHaveLength(0);
  });

  test("during backoff and while connecting", async () => {
    const server = await startServer();
    server.reply({ status: 503 }, { head: false, finish: "hold" });
    const inBackoff = new AbortController();
    const first = open({ url: server.url, signal: inBackoff.signal, reconnect: { initialDelay: 60_000 } });
    await until(() => first.handle.state.status === "reconnecting");
    inBackoff.abort("stop");
    expect(await rejection(first.opened)).toBe("stop");
    const connecting = new AbortController();
    const second = open({ url: server.url, signal: connecting.signal });
    await server.request(2);
    connecting.abort("stop");
    expect(await rejection(second.stream.next())).toBe("stop");
    await server.idle();
  });

  test("no listener is left on the signal, however the connection ended", async () => {
    const server = await startServer();
    const { signal, added, removed } = countingSignal();
    server.reply({ status: 204 }, { status: 404 }, { body: "data: a\n\n" }, { finish: "hold" });
    await SseConnection.connect({ url: server.url, signal });
    await rejection(SseConnection.connect({ url: server.url, signal }));
    await drain(open({ url: server.url, signal, reconnect: false }));
    const last = await SseConnection.connect({ url: server.url, signal });
    expect(added() - removed()).toBe(1);
    await last.close();
    expect(added()).toBe(4);
    expect(removed()).toBe(4);
  });
});

describe("the end for good", () => {
  test("a fatal error comes after the events received before it", async () => {
    const server = await startServer();
    server.reply({ body: "data: a\n\ndata: b\n\n", finish: "reset" });
    const connection = open({ url: server.url, reconnect: false });
    await connection.handle.closed;
    const data: string[] = [];
    const loop = async (): Promise<void> => {
      for await (const event of connection) data.push(event.data);
    };
    await expect(loop()).rejects.toMatchObject({ code: "SSE_STREAM_ENDED" });
    expect(data).toEqual(["a", "b"]);
  });

  test("close() after it drops what is unread", async () => {
    const server = await startServer();
    server.reply({ body: "data: a\n\ndata: b\n\n" });
    const connection = open({ url: server.url, reconnect: false });
    await connection.handle.closed;
    await connection.close();
    expect(await connection.stream.next()).toEqual({ done: true, value: undefined });
  });

  test("an error that nobody awaits is no unhandled rejection", async () => {
    const server = await startServer();
    server.reply({ status: 404 });
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);
    const connection = open(server.url);
    await connection.handle.closed;
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", onUnhandled);
    expect(unhandled).toEqual([]);
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
    expect(timers.size).toBe(1);
    await connection.close();
    expect(timers.size).toBe(0);
    await server.idle();
  }
  expect(added()).toBeGreaterThanOrEqual(3);
  expect(added()).toBe(removed());
});

function countingSignal(): { signal: AbortSignal; added: () => number; removed: () => number } {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  let [added, removed] = [0, 0];
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    added += 1;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    removed += 1;
    removeEventListener.apply(signal, args);
  };
  return { signal, added: () => added, removed: () => removed };
}
