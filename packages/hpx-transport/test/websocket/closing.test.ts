import { expect, test } from "vitest";
import type { WsConnection, WsProtocolHandler } from "../../src/websocket/index.js";
import { connect, eventually, obliging, open, rejection, startServer, TestHandler, texts } from "./support.js";

const read = () => ({ kind: "update" }) as const;

test("close() sends a close frame with its code and reason, once, and closed resolves when the socket is gone", async () => {
  const server = await startServer();
  const { handle } = await connect({ url: server.url });
  const peer = await server.connection(1);
  const first = handle.close(4001, "done");
  expect(handle.state).toEqual({ status: "closed", error: undefined });
  await Promise.all([first, handle.close(4002)]);
  expect(peer.clientClose).toEqual({ code: 4001, reason: "done" });
  expect(server.openSockets).toBe(0);
});

test("a server that does not answer the close frame has closeTimeout, then the socket is destroyed", async () => {
  const server = await startServer();
  server.otherwise({ onClose: "ignore", finish: "hold" });
  const connection = await connect({ url: server.url, closeTimeout: 100 });
  const peer = await server.connection(1);
  const begun = performance.now();
  await connection.close();
  expect(performance.now() - begun).toBeGreaterThan(95);
  await eventually("the end of the socket", () => peer.clientEnd !== undefined);
  expect(peer.clientClose?.code).toBe(1000);
  await server.disconnectAll("reset");
});

test("a server that closes and leaves TCP open: the close is answered, and the socket is destroyed after closeTimeout", async () => {
  const server = await startServer();
  server.reply({ onClose: "keep", steps: ["in", { close: 1001 }], finish: "hold" });
  server.otherwise({ steps: ["again"], finish: "hold" });
  const connection = open({ url: server.url, closeTimeout: 100 });
  expect(await texts(connection, 2)).toEqual(["in", "again"]);
  const [peer] = server.connections;
  expect(peer?.clientClose).toEqual({ code: 1001, reason: "" });
  await eventually("the end of the first socket", () => peer?.clientEnd !== undefined);
  await server.disconnectAll("reset");
});

test.each<[string, (connection: WsConnection) => void]>([
  ["connecting", () => {}],
  ["reconnecting", () => {}],
  ["connected", () => {}],
  ["authenticating", () => {}],
])("close() while %s acts at once, and leaves nothing", async (status) => {
  const server = await startServer();
  if (status === "connecting") server.otherwise({ head: false, finish: "hold" });
  else if (status === "reconnecting") server.otherwise({ status: 503 });
  else server.otherwise({ finish: "hold" });
  const handler: WsProtocolHandler =
    status === "authenticating" ? { read, authenticate: () => "token", judgeAuth: () => undefined } : { read };
  const connection = open({ url: server.url, handler, reconnect: { initialDelay: 60_000 } });
  await server.connection(1);
  await eventually(status, () => connection.state.status === status);
  const next = connection.next();
  await connection.close();
  expect(await next).toEqual({ done: true, value: undefined });
  await server.idle();
  expect(connection.stats).toMatchObject({ pending: 0, buffered: 0 });
});

test("close() and reconnect() in hooks, and hooks that throw", async () => {
  const server = await startServer();
  server.otherwise({ steps: ["in"], finish: "hold" });
  const closing = open({ url: server.url, handler: { read, onConnect: () => void closing.close() } });
  expect(await closing.next()).toEqual({ done: true, value: undefined });
  await closing.closed;

  let reconnects = 0;
  const again = open({
    url: server.url,
    handler: { read, onConnect: () => void (reconnects++ === 0 && again.handle.reconnect()) },
  });
  expect(await texts(again, 1)).toEqual(["in"]);
  expect(again.handle.epoch).toBe(2);

  for (const hook of ["read", "onConnect", "onStateChange", "onEpoch", "judgeMessage"] as const) {
    const handler: WsProtocolHandler = {
      read,
      [hook]: () => {
        throw new Error("boom");
      },
    };
    const failing = open({ url: server.url, handler });
    expect(await rejection(failing.next().then(() => failing.next()))).toMatchObject({
      code: "HANDLER",
      details: { hook },
      cause: { message: "boom" },
    });
    await failing.closed;
  }
  await eventually("no socket but those of the connection", () => server.openSockets <= 1);
});

test("a hook that subscribes, and one that requests, are served", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const results: unknown[] = [];
  const handler = new TestHandler({
    onConnect: () => {
      const { handle } = connection;
      handle.subscribe("a");
      void handle.request("r").then((value) => results.push(value));
    },
  });
  const connection = open({ url: server.url, handler });
  await connection.opened;
  await eventually("the response", () => results.length === 1);
  expect(connection.handle.topics).toEqual(["a"]);
});

test("reconnect() makes a new socket, and closes the old one with 1000", async () => {
  const server = await startServer();
  server.otherwise({ finish: "hold" });
  const { handle } = await connect({ url: server.url });
  await Promise.all([handle.reconnect("because"), handle.reconnect()]);
  expect([handle.epoch, server.connectionCount]).toEqual([2, 2]);
  const [first] = server.connections;
  await eventually("the close frame", () => first?.clientClose !== undefined);
  expect(first?.clientClose).toEqual({ code: 1000, reason: "" });
});

test("leaving the loop closes the connection; an abort throws its reason", async () => {
  const server = await startServer();
  server.otherwise({ steps: ["in"], finish: "hold" });
  const left = open({ url: server.url });
  for await (const { data } of left) {
    expect(data).toBe("in");
    break;
  }
  await left.closed;
  const controller = new AbortController();
  const aborted = open({ url: server.url, signal: controller.signal });
  await texts(aborted, 1);
  const next = rejection(aborted.next());
  controller.abort("enough");
  expect(await next).toBe("enough");
  await server.idle();
});

test.each([
  [1001, "a code that only an endpoint sends"],
  [999, "a number that is no code"],
])("close(%i) is CONFIG: %s", async (code) => {
  const server = await startServer();
  const { handle } = await connect({ url: server.url });
  expect(() => handle.close(code)).toThrow(expect.objectContaining({ code: "CONFIG", details: { field: "code" } }));
  expect(() => handle.close(1000, "x".repeat(124))).toThrow(expect.objectContaining({ details: { field: "reason" } }));
});
