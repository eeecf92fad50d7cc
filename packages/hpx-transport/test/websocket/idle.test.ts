import { channel } from "node:diagnostics_channel";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import type { WsMessage } from "../../src/websocket/index.js";
import { connect, eventually, startServer, take } from "./support.js";

const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;

test("a hundred idle connections share one timer for their heartbeats, and leave none behind", async () => {
  const server = await startServer();
  server.otherwise({ finish: "hold" });
  const before = timers();
  const connections = await Promise.all(
    Array.from({ length: 100 }, () => connect({ url: server.url, pingInterval: 100_000 })),
  );
  expect(timers() - before).toBeLessThan(10);
  await Promise.all(connections.map((connection) => connection.close()));
  expect(timers() - before).toBeLessThan(10);
});

test("each of several connections gets its own heartbeats, in its own time, also after others have gone", async () => {
  const server = await startServer();
  server.otherwise({ finish: "hold" });
  const connections = [];
  for (let n = 0; n < 4; n += 1) {
    connections.push(await connect({ url: server.url, pingInterval: 60 }));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const peers = await Promise.all([1, 2, 3, 4].map((n) => server.connection(n)));
  const pings = (): number[] => peers.map(({ frames }) => frames.filter(({ kind }) => kind === "ping").length);
  await eventually("pings on every connection", () => pings().every((count) => count >= 2));
  // The first of the list, one in the middle, and then the last.
  for (const gone of [0, 2, 3]) await connections[gone]?.close();
  const left = pings()[1] ?? 0;
  await eventually("more pings on the one that is left", () => (pings()[1] ?? 0) >= left + 3);
});

test("heartbeats begin again where all connections had gone", async () => {
  const server = await startServer();
  server.otherwise({ finish: "hold" });
  for (let n = 1; n <= 2; n += 1) {
    const connection = await connect({ url: server.url, pingInterval: 30 });
    const peer = await server.connection(n);
    await eventually("a second ping", () => peer.frames.filter(({ kind }) => kind === "ping").length >= 2);
    await connection.close();
  }
});

test("messages that arrive together are one batch", async () => {
  const server = await startServer();
  const text = (content: string): Buffer => Buffer.from([0x81, content.length, ...Buffer.from(content)]);
  server.otherwise(async (connection) => {
    await connection.receive();
    await connection.write(Buffer.concat(["one", "two", "three"].map(text)));
    await connection.receive();
  });
  const connection = await connect({ url: server.url });
  const batches = connection.batches()[Symbol.asyncIterator]();
  const next = batches.next();
  await connection.handle.send("go");
  const batch = await next;
  const messages: readonly WsMessage[] = batch.done === true ? [] : batch.value;
  expect(messages.map(({ data }) => data)).toEqual(["one", "two", "three"]);
});

test("messages that are compressed reach a consumer that waits", async () => {
  const server = new WebSocketServer({ port: 0, perMessageDeflate: { threshold: 0 } });
  onTestFinished(() => {
    server.close();
  });
  server.on("connection", (socket) => {
    socket.on("message", () => {
      socket.send("a".repeat(5000));
      socket.send("b".repeat(5000));
    });
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const connection = await connect({ url: `ws://127.0.0.1:${port}`, compression: true });
  await connection.handle.send("go");
  const messages = await take(connection, 2);
  expect(messages.map(({ data }) => data.length)).toEqual([5000, 5000]);
});

test("a subscriber to a diagnostics channel that comes later hears of a connection that was open before", async () => {
  const server = await startServer();
  server.otherwise({ finish: "hold" });
  const connection = await connect({ url: server.url, name: "early" });
  const closed: unknown[] = [];
  const listen = (message: unknown): void => void closed.push(message);
  const events = channel("hpx-transport:websocket:closed");
  events.subscribe(listen);
  await connection.close();
  events.unsubscribe(listen);
  expect(closed).toMatchObject([{ connection: { name: "early", url: server.url }, aborted: false }]);
});
