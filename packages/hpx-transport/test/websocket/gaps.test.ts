import { expect, test } from "vitest";
import type { WsGap, WsSubscription } from "../../src/websocket/index.js";
import {
  connect,
  eventually,
  obliging,
  operations,
  startServer,
  take,
  TestHandler,
  type Hooks,
  type Wire,
} from "./support.js";

/** A handler whose updates are numbered by `n`, per topic. */
export function numbered(hooks: Hooks = {}): TestHandler {
  return new TestHandler({
    sequence: ({ topic = "", value }) => ({ stream: topic, last: (value as Wire).n as number }),
    ...hooks,
  });
}

async function seen(subscription: WsSubscription, count: number): Promise<[number, WsGap | undefined][]> {
  return (await take(subscription, count)).map(({ value, gap }) => [(value as Wire).n as number, gap]);
}

test("a jump of the numbers is a gap on the next message, counted, and the handler hears of it", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const gaps: WsGap[] = [];
  const { handle } = await connect({ url: server.url, handler: numbered({ onGap: (gap) => gaps.push(gap) }) });
  const subscription = handle.subscribe("a");
  await subscription.ready;
  const peer = await server.connection(1);
  for (const n of [5, 6, 9, 10]) await peer.sendJson({ topic: "a", n });
  const gap: WsGap = { topic: "a", reason: "sequence", missing: 2 };
  expect(await seen(subscription, 4)).toEqual([
    [5, undefined],
    [6, undefined],
    [9, gap],
    [10, undefined],
  ]);
  expect(gaps).toEqual([gap]);
  expect(handle.stats.lost).toBe(2);
});

test("a feed that names the number before has a gap of unknown size; a count that begins again has none", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const handler = numbered({
    sequence: ({ value }) => {
      const { n, previous, restart } = value as Wire & { previous?: number; restart?: boolean };
      return { stream: "all", last: n as number, previous, restart };
    },
  });
  const { handle } = await connect({ url: server.url, handler });
  const subscription = handle.subscribe("a");
  await subscription.ready;
  const peer = await server.connection(1);
  await peer.sendJson({ topic: "a", n: 10 });
  await peer.sendJson({ topic: "a", n: 17, previous: 10 });
  await peer.sendJson({ topic: "a", n: 30, previous: 20 });
  await peer.sendJson({ topic: "a", n: 1, restart: true });
  await peer.sendJson({ topic: "a", n: 2, previous: 1 });
  expect(await seen(subscription, 5)).toEqual([
    [10, undefined],
    [17, undefined],
    [30, { topic: "a", reason: "sequence", missing: "unknown" }],
    [1, undefined],
    [2, undefined],
  ]);
});

test("the handler may ask for a topic anew after a gap", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: numbered({ judgeGap: () => "resubscribe" }) });
  const subscription = handle.subscribe("a");
  await subscription.ready;
  const peer = await server.connection(1);
  for (const n of [1, 3]) await peer.sendJson({ topic: "a", n });
  await peer.message(3);
  expect(operations(peer)).toEqual(["subscribe a", "unsubscribe a", "subscribe a"]);
  expect((await seen(subscription, 2)).map(([n]) => n)).toEqual([1, 3]);
});

test("a verdict that messages are lost puts the gap on that message", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const handler = new TestHandler({
    judgeMessage: ({ value }) => ((value as Wire).n === 7 ? { lost: 3 } : undefined),
  });
  const { handle } = await connect({ url: server.url, handler });
  const subscription = handle.subscribe("a");
  await (await server.connection(1)).sendJson({ topic: "a", n: 7 });
  expect(await seen(subscription, 1)).toEqual([[7, { topic: "a", reason: "sequence", missing: 3 }]]);
  expect(handle.stats.lost).toBe(3);
});

test("after a reconnect the numbers say what is missing: nothing, or how much", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: numbered() });
  const [a, b, c] = [handle.subscribe("a"), handle.subscribe("b"), handle.subscribe("c")];
  await Promise.all([a.ready, b.ready, c.ready]);
  const peer = await server.connection(1);
  for (const topic of ["a", "b", "c"]) await peer.sendJson({ topic, n: 10 });
  await Promise.all([seen(a, 1), seen(b, 1), seen(c, 1)]);
  await server.disconnectAll("reset");
  const second = await server.connection(2);
  await second.message(1);
  await second.sendJson({ topic: "a", n: 11 });
  await second.sendJson({ topic: "b", n: 14 });
  for (const n of [9, 10, 11]) await second.sendJson({ topic: "c", n });
  expect(await seen(a, 1)).toEqual([[11, undefined]]);
  expect(await seen(b, 1)).toEqual([[14, { topic: "b", reason: "reconnect", missing: 3 }]]);
  // What was delivered before is not delivered again.
  expect(await seen(c, 1)).toEqual([[11, undefined]]);
  expect(handle.stats.duplicates).toBe(2);
});

test("a feed that can replay is asked to go on after the last number", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const handler = numbered({
    resume: (topic, last, id) => JSON.stringify({ op: `resume ${topic} after ${last}`, id }),
  });
  const { handle } = await connect({ url: server.url, handler });
  const [a, b] = [handle.subscribe("a"), handle.subscribe("b")];
  await Promise.all([a.ready, b.ready]);
  const peer = await server.connection(1);
  await peer.sendJson({ topic: "a", n: 10 });
  await seen(a, 1);
  await server.disconnectAll("reset");
  const second = await server.connection(2);
  await second.message(2);
  expect(operations(second).toSorted()).toEqual(["resume a after 10", "subscribe b"]);
  await second.sendJson({ topic: "a", n: 11 });
  expect(await seen(a, 1)).toEqual([[11, undefined]]);
});

test("a subscription that began after the loss has no gap", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  await server.disconnectAll("reset");
  await eventually("the reconnect", () => handle.epoch === 2 && handle.state.status === "connected");
  const subscription = handle.subscribe("a");
  await subscription.ready;
  await (await server.connection(2)).sendJson({ topic: "a", n: 1 });
  expect(await seen(subscription, 1)).toEqual([[1, undefined]]);
});
