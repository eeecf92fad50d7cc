import { expect, test } from "vitest";
import { ApiKeyAuth } from "../../src/auth/index.js";
import { PlatformBackend } from "../../src/websocket/platform/backend.js";
import type { WsOptions } from "../../src/websocket/index.js";
import { WebSocket as WsClass } from "ws";
import { connect, eventually, obliging, open, rejection, startServer, take, TestHandler, texts } from "./support.js";
import { onTestFinished } from "vitest";

// The interface of browsers, as ws implements it: Node's own WebSocket has defects of its own.
function withPlatform(): PlatformBackend {
  const global = globalThis as { WebSocket?: unknown };
  const before = global.WebSocket;
  global.WebSocket = WsClass;
  onTestFinished(() => {
    global.WebSocket = before;
  });
  return new PlatformBackend();
}

test("text, bytes, requests, subscriptions and close frames go through the platform's WebSocket", async () => {
  const socket = withPlatform();
  const server = await startServer();
  server.reply({ steps: ["hi", Uint8Array.of(1)], finish: "hold" });
  server.otherwise(obliging);
  const plain = await connect({ url: server.url, socket });
  expect(await texts(plain, 2)).toEqual(["hi", Uint8Array.of(1)]);
  await plain.handle.send(Uint8Array.of(2));
  await plain.handle.close(4000, "done");
  const [peer] = server.connections;
  expect([peer?.clientClose, peer?.messages[0]?.data]).toEqual([{ code: 4000, reason: "done" }, Buffer.of(2)]);

  const { handle } = await connect({ url: server.url, socket, handler: new TestHandler() });
  const subscription = handle.subscribe("a");
  await subscription.ready;
  expect(await handle.request("r")).toMatchObject({ ok: true });
  await server.disconnectAll("reset");
  await eventually("the second socket", () => handle.epoch === 2);
  await subscription.ready;
  const third = await server.connection(3);
  await third.message(1);
  await third.sendJson({ topic: "a", n: 1 });
  expect((await take(subscription, 1))[0]).toMatchObject({ epoch: 2, gap: { reason: "reconnect" } });
});

test("a refusal is CONNECT, because the runtime hides its status; close() ends the opening", async () => {
  const socket = withPlatform();
  const server = await startServer();
  server.reply({ status: 403 }, { head: false, finish: "hold" });
  const error = await rejection(open({ url: server.url, socket, reconnect: false }).opened);
  expect(error).toMatchObject({ code: "CONNECT" });
  const connection = open({ url: server.url, socket });
  await server.connection(2);
  await connection.close();
  await server.idle();
});

test("a message that is too large ends it, after the runtime has read it", async () => {
  const socket = withPlatform();
  const server = await startServer();
  server.otherwise({ steps: ["x".repeat(101)], finish: "hold" });
  const connection = open({ url: server.url, socket, maxMessageSize: 100 });
  expect(await rejection(connection.next())).toMatchObject({ code: "WS_MESSAGE_TOO_LARGE", details: { limit: 100 } });
});

test.each<[keyof WsOptions, Partial<WsOptions>]>([
  ["headers", { headers: { a: "b" } }],
  ["pingInterval", { pingInterval: 1000 }],
  ["overflow", { overflow: "wait" }],
  ["compression", { compression: true }],
])("%s, which the runtime cannot honour, is CONFIG", async (field, options) => {
  const socket = withPlatform();
  expect(() => open({ url: "ws://127.0.0.1:1", socket, ...options })).toThrow(
    expect.objectContaining({ code: "CONFIG", details: { field } }),
  );
});

test("an authentication that adds a header is CONFIG where there are none; a query goes out", async () => {
  const socket = withPlatform();
  const server = await startServer();
  server.otherwise({ steps: ["in"], finish: "hold" });
  const error = await rejection(open({ url: server.url, socket, auth: ApiKeyAuth.header("X-Key", "k") }).opened);
  expect(error).toMatchObject({ code: "CONFIG", details: { field: "auth" } });
  expect(await texts(open({ url: server.url, socket, auth: ApiKeyAuth.query("key", "k") }), 1)).toEqual(["in"]);
  expect(server.connections[0]?.url).toBe("/?key=k");
});

test("without back-pressure the oldest messages are dropped by default, and told", async () => {
  const socket = withPlatform();
  const server = await startServer();
  server.otherwise({ finish: "hold" });
  const connection = await connect({ url: server.url, socket, eventCapacity: 2 });
  const peer = await server.connection(1);
  await peer.send("0");
  expect(await texts(connection, 1)).toEqual(["0"]);
  for (let n = 1; n <= 6; n += 1) {
    await peer.send(String(n));
    await eventually("it", () => connection.stats.events === n + 1);
  }
  const [first] = await take(connection, 1);
  expect(first?.gap).toMatchObject({ reason: "overflow" });
  expect(connection.stats.dropped).toBe(Number(first?.data) - 1);
});
