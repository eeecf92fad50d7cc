import { expect, test } from "vitest";
import type { MockWsConnection } from "../../src/testing/index.js";
import {
  connect,
  eventually,
  obliging,
  open,
  operations,
  rejection,
  startServer,
  take,
  TestHandler,
  texts,
} from "./support.js";

/** Sends `count` numbered updates of a topic. */
async function feed(connection: MockWsConnection, topic: string, count: number, from = 0): Promise<void> {
  for (let n = from; n < from + count; n += 1) await connection.sendJson({ topic, n });
}

const numbers = (messages: readonly { value?: unknown }[]): number[] =>
  messages.map(({ value }) => (value as { n: number }).n);

test("S1: a full subscription pauses the socket, and nothing is lost; it goes on at half", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: new TestHandler(), eventCapacity: 10 });
  const slow = handle.subscribe("a");
  await slow.ready;
  const peer = await server.connection(1);
  let isSent = false;
  const padding = "x".repeat(1000);
  const sending = (async () => {
    for (let n = 0; n < 20_000; n += 1) await peer.sendJson({ topic: "a", n, padding });
    isSent = true;
  })();
  await new Promise((resolve) => setTimeout(resolve, 200));
  // The operating system holds the rest.
  expect(isSent).toBe(false);
  expect(slow.stats.buffered).toBeLessThan(500);
  const got = await take(slow, 20_000);
  await sending;
  expect(numbers(got)).toEqual(Array.from({ length: 20_000 }, (_, index) => index));
  expect(got.every(({ gap }) => gap === undefined)).toBe(true);
}, 60_000);

test("S2: a subscription that pauses for pauseLimit gets OVERFLOW after what it has, and the others go on", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: new TestHandler(), eventCapacity: 4, pauseLimit: 100 });
  const [slow, good] = [handle.subscribe("a"), handle.subscribe("b")];
  await Promise.all([slow.ready, good.ready]);
  const peer = await server.connection(1);
  await feed(peer, "a", 5);
  await new Promise((resolve) => setTimeout(resolve, 30));
  await feed(peer, "a", 5, 5);
  await new Promise((resolve) => setTimeout(resolve, 30));
  await peer.ping("alive?");
  await feed(peer, "b", 1);
  expect(numbers(await take(good, 1))).toEqual([0]);
  await peer.frame("pong");
  expect((await take(slow, 5)).length).toBe(5);
  expect(
    await rejection(
      (async () => {
        for (;;) if ((await slow.next()).done === true) return;
      })(),
    ),
  ).toMatchObject({ code: "OVERFLOW" });
  await eventually("the unsubscribe", () => operations(peer).at(-1) === "unsubscribe a");
  expect(handle.state.status).toBe("connected");
});

test("S3: drop-oldest drops, counts, and the next message of the topic carries the gap", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const gaps: unknown[] = [];
  const handler = new TestHandler({ onGap: (gap) => gaps.push(gap) });
  const { handle } = await connect({ url: server.url, handler });
  const slow = handle.subscribe("a", { overflow: "drop-oldest", eventCapacity: 4 });
  await slow.ready;
  const peer = await server.connection(1);
  await feed(peer, "a", 6);
  await eventually("six", () => handle.stats.events >= 7);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await feed(peer, "a", 1, 6);
  await eventually("the drop", () => slow.stats.dropped > 0);
  const { dropped } = slow.stats;
  const got = await take(slow, 7 - dropped);
  expect(numbers(got)).toEqual(Array.from({ length: 7 - dropped }, (_, index) => index + dropped));
  expect(got[0]?.gap).toEqual({ topic: "a", reason: "overflow", missing: dropped });
  expect(got.slice(1).every(({ gap }) => gap === undefined)).toBe(true);
  expect(handle.stats.dropped).toBe(dropped);
  expect(gaps.length).toBeGreaterThan(0);
});

test("S4: keep-latest keeps one message a topic", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  const tickers = handle.subscribe(["a", "b"], { overflow: "keep-latest" });
  await tickers.ready;
  const peer = await server.connection(1);
  await feed(peer, "a", 500);
  await feed(peer, "b", 300);
  await eventually("all", () => tickers.stats.received === 800);
  expect(tickers.stats).toEqual({ buffered: 2, received: 800, dropped: 798 });
  const got = await take(tickers, 2);
  expect(got).toMatchObject([
    { topic: "a", value: { n: 499 }, gap: { topic: "a", reason: "overflow", missing: 499 } },
    { topic: "b", value: { n: 299 }, gap: { missing: 299 } },
  ]);
  await feed(peer, "a", 1);
  expect((await take(tickers, 1))[0]).not.toHaveProperty("gap");
});

test("error ends that subscription with OVERFLOW", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  const strict = handle.subscribe("a", { overflow: "error", eventCapacity: 4 });
  await strict.ready;
  const peer = await server.connection(1);
  await feed(peer, "a", 6);
  await eventually("six", () => strict.stats.received >= 6);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await feed(peer, "a", 1, 6);
  await eventually("the end", () => handle.topics.length === 0);
  expect(await take(strict, 6)).toHaveLength(6);
  await rejection(strict.next().then(() => strict.next()));
});

test("S5: a stream without a reader keeps a few, drops the oldest, and never pauses anything", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const connection = await connect({ url: server.url, handler: new TestHandler(), eventCapacity: 10 });
  const { handle } = connection;
  const subscription = handle.subscribe("a");
  await subscription.ready;
  const peer = await server.connection(1);
  for (let n = 0; n < 2000; n += 1) await peer.sendJson({ stray: n });
  await feed(peer, "a", 1);
  expect(numbers(await take(subscription, 1))).toEqual([0]);
  expect(connection.stats.buffered).toBeLessThanOrEqual(10);
  expect(connection.stats.dropped).toBe(2000 - connection.stats.buffered);
  const [first] = await take(connection, 1);
  expect(first?.gap).toEqual({ topic: "", reason: "overflow", missing: connection.stats.dropped });
});

test("a stream that is read slowly pauses the socket, and after pauseLimit drops the oldest instead: pings are answered", async () => {
  const server = await startServer();
  server.otherwise({ finish: "hold" });
  const connection = await connect({ url: server.url, eventCapacity: 4, pauseLimit: 2000 });
  const peer = await server.connection(1);
  await peer.send("0");
  expect(await texts(connection, 1)).toEqual(["0"]);
  for (let n = 1; n <= 5; n += 1) await peer.send(String(n));
  await eventually("five", () => connection.stats.buffered === 5);
  await peer.send("6");
  await eventually("six", () => connection.stats.buffered >= 6);
  await peer.ping("first");
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(peer.frames.some(({ kind }) => kind === "pong")).toBe(false);
  await peer.frame("pong");
  const [first] = await take(connection, 1);
  expect(first?.gap).toMatchObject({ topic: "", reason: "overflow" });
  const lost = Number(first?.data) - 1;
  expect(first?.gap?.missing).toBe(lost);
  expect(connection.stats.dropped).toBe(lost);
});

test("the clocks stand still while the socket is paused, and a full buffer outlives a reconnect", async () => {
  const server = await startServer();
  server.otherwise({ finish: "hold" });
  const options = { eventCapacity: 2, idleTimeout: 500, pingInterval: 30, pongTimeout: 500, pauseLimit: 20_000 };
  const connection = open({ url: server.url, ...options });
  const peer = await server.connection(1);
  await peer.send("0");
  await texts(connection, 1);
  for (const text of ["1", "2"]) await peer.send(text);
  await eventually("two", () => connection.stats.buffered === 2);
  await peer.send("3");
  await eventually("three", () => connection.stats.buffered === 3);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(connection.stats.attempts).toBe(1);
  await server.disconnectAll("reset");
  await texts(connection, 3);
  const second = await server.connection(2);
  await second.send("4");
  expect(await texts(connection, 1)).toEqual(["4"]);
});
