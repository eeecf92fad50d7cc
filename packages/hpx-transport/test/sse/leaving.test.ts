import { getEventListeners } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { SseConnection } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { countingSignal, drain, open, startServer, take, until } from "./support.js";

const endless = { body: "data: a\n\ndata: b\n\ndata: c\n\n", finish: "hold" } as const;

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

  test("no listener is left either while events of a connection that is over are unread", async () => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\ndata: b\n\n" });
    const { signal, added, removed } = countingSignal();
    const connection = open({ url: server.url, signal, reconnect: false });
    await connection.handle.closed;
    expect(connection.handle.stats.buffered).toBe(2);
    expect([added(), removed()]).toEqual([1, 1]);
  });

  test.each(["next", "batches"])("it also drops the unread events of a connection that is over: %s", async (how) => {
    const server = await startServer();
    server.otherwise({ body: "data: a\n\ndata: b\n\n" });
    const controller = new AbortController();
    const connection = open({ url: server.url, signal: controller.signal, reconnect: false });
    await connection.handle.closed;
    controller.abort("enough");
    const iterator = how === "next" ? connection.stream : connection.stream.batches()[Symbol.asyncIterator]();
    expect(await rejection(iterator.next())).toBe("enough");
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test("one may serve many connections: no warning, one listener, all end by it", async () => {
    const server = await startServer();
    server.otherwise(endless);
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listen);
    onTestFinished(() => void process.off("warning", listen));
    const controller = new AbortController();
    const { signal } = controller;
    const connections = Array.from({ length: 40 }, () => open({ url: server.url, signal }));
    await Promise.all(connections.map((connection) => take(connection, 1)));
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    await connections[0]?.close();
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    controller.abort("enough");
    for (const { handle } of connections.slice(1)) expect(handle.state).toEqual({ status: "closed", error: "enough" });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    expect(warnings).toEqual([]);
    await server.idle();
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
