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
  type Wire,
} from "./support.js";

test("two subscriptions to one topic send one message; both get what comes; ready resolves at the ack", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  const [one, two] = [handle.subscribe("a"), handle.subscribe(["a", "b"])];
  expect(handle.topics).toEqual(["a", "b"]);
  await Promise.all([one.ready, two.ready]);
  const peer = await server.connection(1);
  expect(operations(peer)).toEqual(["subscribe a,b"]);
  await peer.sendJson({ topic: "a", n: 1 });
  await peer.sendJson({ topic: "b", n: 2 });
  const [first] = await take(one, 1);
  expect(first).toMatchObject({ kind: "update", topic: "a", epoch: 1, value: { topic: "a", n: 1 } });
  expect((await take(two, 2)).map(({ value }) => value)).toEqual([
    { topic: "a", n: 1 },
    { topic: "b", n: 2 },
  ]);
  await one.close();
  const three = handle.subscribe("a");
  await three.ready;
  expect(peer.messageCount).toBe(1);
  await Promise.all([two.close(), two.close(), three.close()]);
  await peer.message(2);
  expect(operations(peer)).toEqual(["subscribe a,b", "unsubscribe b,a"]);
});

test("ready waits for the server; a nack is SUBSCRIPTION_FAILED in that subscription only", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    const { id } = (await connection.receive()).json() as Wire;
    await connection.sendJson({ id, acks: ["a"], nacks: [{ topic: "b", reason: "unknown topic" }] });
    await connection.sendJson({ topic: "a", n: 1 });
    await connection.receive();
  });
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  const [good, bad] = [handle.subscribe("a"), handle.subscribe("b")];
  await good.ready;
  const failure = { code: "SUBSCRIPTION_FAILED", details: { topics: ["b"], reason: "unknown topic" } };
  expect(await rejection(bad.ready)).toMatchObject(failure);
  expect(await rejection(bad.next())).toMatchObject(failure);
  expect((await take(good, 1))[0]?.value).toEqual({ topic: "a", n: 1 });
  expect(handle.topics).toEqual(["a"]);
});

test("an answer with an error refuses every topic of the call; one that never comes, after subscribeTimeout", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    const { id } = (await connection.receive()).json() as Wire;
    await connection.sendJson({ id, error: "full" });
    await connection.receive();
    await connection.receive();
    await connection.receive();
  });
  const { handle } = await connect({ url: server.url, handler: new TestHandler(), subscribeTimeout: 50 });
  const refused = handle.subscribe(["a", "b"]);
  expect(await rejection(refused.ready)).toMatchObject({ code: "SUBSCRIPTION_FAILED", details: { reason: "full" } });
  const silent = handle.subscribe("c");
  expect(await rejection(silent.ready)).toMatchObject({ code: "SUBSCRIPTION_FAILED", details: { topics: ["c"] } });
  // The server may have it all the same.
  const peer = await server.connection(1);
  await peer.message(3);
  expect(operations(peer)).toEqual(["subscribe a,b", "subscribe c", "unsubscribe c"]);
});

test("a topic subscribed to while down goes out once, after the connection is there", async () => {
  const server = await startServer();
  server.reply({ status: 503 });
  server.otherwise(obliging);
  const { handle } = open({ url: server.url, handler: new TestHandler() });
  const one = handle.subscribe("a");
  const dropped = handle.subscribe("dropped");
  await dropped.close();
  const two = handle.subscribe("a");
  await Promise.all([one.ready, two.ready]);
  expect(operations(await server.connection(2))).toEqual(["subscribe a"]);
});

test("connect() waits until the topics of the first pass are decided", async () => {
  const server = await startServer();
  let acknowledge: (() => void) | undefined;
  server.otherwise(async (connection) => {
    const { id } = (await connection.receive()).json() as Wire;
    await new Promise<void>((resolve) => (acknowledge = resolve));
    await connection.sendJson({ id, ok: true });
    await connection.receive();
  });
  const connection = open({ url: server.url, handler: new TestHandler() });
  connection.handle.subscribe("a");
  let isOpen = false;
  void connection.opened.then(() => (isOpen = true));
  await eventually("the subscription", () => acknowledge !== undefined);
  expect([connection.state.status, isOpen]).toEqual(["connected", false]);
  acknowledge?.();
  await connection.opened;
});

test("after a reconnect all topics come back once, in batches, in the order of their first subscription", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const handler = new TestHandler({ limits: { topicsPerMessage: 2 } });
  const { handle } = await connect({ url: server.url, handler });
  const subscriptions = ["a", "b", "c", "d", "e"].map((topic) => handle.subscribe(topic));
  await Promise.all(subscriptions.map(({ ready }) => ready));
  const first = await server.connection(1);
  await first.sendJson({ topic: "a", n: 1 });
  await take(subscriptions[0] as never, 1);
  await subscriptions[1]?.close();
  await first.message(4);
  await server.disconnectAll("reset");
  const second = await server.connection(2);
  await second.message(2);
  expect(operations(second)).toEqual(["subscribe a,c", "subscribe d,e"]);
  await second.sendJson({ topic: "a", n: 2 });
  await second.sendJson({ topic: "a", n: 3 });
  const [two, three] = await take(subscriptions[0] as never, 2);
  expect(two).toMatchObject({ epoch: 2, gap: { topic: "a", reason: "reconnect", missing: "unknown" } });
  expect(three?.gap).toBeUndefined();
});

test("one topic refused after a reconnect ends its subscription, and no other", async () => {
  const server = await startServer();
  server.reply(obliging);
  server.otherwise(async (connection) => {
    const { id } = (await connection.receive()).json() as Wire;
    await connection.sendJson({ id, acks: ["a", "c"], nacks: [{ topic: "b" }] });
    await connection.sendJson({ topic: "c", n: 1 });
    await connection.receive();
  });
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  const [a, b, c] = [handle.subscribe("a"), handle.subscribe("b"), handle.subscribe("c")];
  await Promise.all([a.ready, b.ready, c.ready]);
  await server.disconnectAll("cut");
  expect(await rejection(b.next())).toMatchObject({ code: "SUBSCRIPTION_FAILED", details: { topics: ["b"] } });
  expect((await take(c, 1))[0]?.value).toEqual({ topic: "c", n: 1 });
  expect(handle.topics).toEqual(["a", "c"]);
});

test("subscribing again while the unsubscribe is unanswered waits for it; what comes meanwhile is counted", async () => {
  const server = await startServer();
  let answer: (() => void) | undefined;
  server.otherwise(async (connection: MockWsConnection) => {
    const first = (await connection.receive()).json() as Wire;
    await connection.sendJson({ id: first.id, ok: true });
    const second = (await connection.receive()).json() as Wire;
    await connection.sendJson({ topic: "a", n: 1 });
    await new Promise<void>((resolve) => (answer = resolve));
    await connection.sendJson({ id: second.id, ok: true });
    const third = (await connection.receive()).json() as Wire;
    await connection.sendJson({ id: third.id, ok: true });
    await connection.sendJson({ topic: "a", n: 2 });
    await connection.receive();
  });
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  const first = handle.subscribe("a");
  await first.ready;
  await first.close();
  await eventually("the update without a subscription", () => handle.stats.unclaimed === 1);
  const again = handle.subscribe("a");
  await eventually("the server", () => answer !== undefined);
  const peer = await server.connection(1);
  expect(operations(peer)).toEqual(["subscribe a", "unsubscribe a"]);
  answer?.();
  await again.ready;
  expect((await take(again, 1))[0]?.value).toEqual({ topic: "a", n: 2 });
  expect(operations(peer)).toEqual(["subscribe a", "unsubscribe a", "subscribe a"]);
});

test("leaving a loop unsubscribes, and the connection goes on", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  const subscription = handle.subscribe("a");
  await subscription.ready;
  const peer = await server.connection(1);
  await peer.sendJson({ topic: "a", n: 1 });
  for await (const { value } of subscription) {
    expect(value).toEqual({ topic: "a", n: 1 });
    break;
  }
  await peer.message(2);
  expect(operations(peer)).toEqual(["subscribe a", "unsubscribe a"]);
  expect(handle.state.status).toBe("connected");
});

test("ids that the server gives name the subscription, for one socket only", async () => {
  const server = await startServer();
  let next = 100;
  server.otherwise(async (connection) => {
    for await (const message of connection) {
      const { id } = message.json() as Wire;
      await connection.sendJson({ id, result: (next += 1) });
    }
  });
  const left: unknown[] = [];
  const handler = new TestHandler({
    limits: { topicsPerMessage: 1 },
    read: (data) => {
      const value = JSON.parse(String(data)) as Wire & { subscription?: number };
      if (value.subscription !== undefined) return { kind: "update", subscription: value.subscription, value };
      return { kind: "response", id: value.id, value };
    },
    subscriptionId: (value) => (value as { result: number }).result,
    unsubscribe: (topics, id, subscriptionOf) => {
      left.push(topics.map(subscriptionOf));
      return JSON.stringify({ op: "unsubscribe", topics, id });
    },
  });
  const { handle } = await connect({ url: server.url, handler });
  const [a, b] = [handle.subscribe("a"), handle.subscribe("b")];
  await Promise.all([a.ready, b.ready]);
  await (await server.connection(1)).sendJson({ subscription: 102, n: 1 });
  expect((await take(b, 1))[0]).toMatchObject({ topic: "b", value: { n: 1 } });
  await server.disconnectAll("reset");
  const second = await server.connection(2);
  await second.message(2);
  await eventually("both acks", () => next === 104);
  await second.sendJson({ subscription: 103, n: 2 });
  expect((await take(a, 1))[0]).toMatchObject({ topic: "a", epoch: 2, value: { n: 2 } });
  await b.close();
  await second.message(3);
  expect(left).toEqual([[104]]);
});

test("without ids of the server, updates may carry the id of the subscribe message", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    const { id } = (await connection.receive()).json() as Wire;
    await connection.sendJson({ next: id });
    await connection.sendJson({ complete: id });
    await connection.receive();
  });
  const topics = new Map<unknown, string>();
  const handler = new TestHandler({
    limits: { topicsPerMessage: 1 },
    acknowledges: false,
    subscribe: ([topic], id) => {
      topics.set(id, topic as string);
      return JSON.stringify({ op: "subscribe", id, topic });
    },
    read: (data) => {
      const { next, complete } = JSON.parse(String(data)) as { next?: number; complete?: number };
      if (next !== undefined) return { kind: "update", subscription: next };
      return { kind: "system", ended: [topics.get(complete) as string] };
    },
  });
  const { handle } = await connect({ url: server.url, handler });
  const operation = handle.subscribe("query");
  await operation.ready;
  const seen: unknown[] = [];
  for await (const { topic } of operation) seen.push(topic);
  expect(seen).toEqual(["query"]);
  expect(handle.topics).toEqual([]);
});

test("more topics than the service allows is CAPACITY, for the new one", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({
    url: server.url,
    handler: new TestHandler({ limits: { topicsPerConnection: 2 } }),
  });
  const fine = handle.subscribe(["a", "b"]);
  const tooMany = handle.subscribe(["b", "c"]);
  await fine.ready;
  const failure = { code: "CAPACITY", details: { what: "topics", limit: 2 } };
  expect(await rejection(tooMany.ready)).toMatchObject(failure);
  expect(await rejection(tooMany.next())).toMatchObject(failure);
  expect(operations(await server.connection(1))).toEqual(["subscribe a,b"]);
});

test("a signal ends one subscription with its reason; close() of the connection ends them all", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  const controller = new AbortController();
  const one = handle.subscribe("a", { signal: controller.signal });
  const two = handle.subscribe("b");
  const after = rejection(one.next());
  controller.abort("enough");
  expect(await after).toBe("enough");
  const next = two.next();
  await handle.close();
  expect(await next).toEqual({ done: true, value: undefined });
  const late = handle.subscribe("c");
  expect(await rejection(late.ready)).toMatchObject({ code: "WS_CLOSED" });
});

test("a fatal error reaches every subscription, after what was received before", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    const { id } = (await connection.receive()).json() as Wire;
    await connection.sendJson({ id, ok: true });
    await connection.sendJson({ topic: "a", n: 1 });
    await connection.sendClose(4000);
    await connection.receive();
  });
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  const subscription = handle.subscribe("a");
  await handle.closed;
  expect((await take(subscription, 1))[0]?.value).toEqual({ topic: "a", n: 1 });
  expect(await rejection(subscription.next())).toMatchObject({ code: "WS_CLOSED", details: { code: 4000 } });
});

test("batches() and json() read a subscription; a second consumer is CONFIG", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  const [one, two] = [handle.subscribe("a"), handle.subscribe("a")];
  await two.ready;
  await (await server.connection(1)).sendJson({ topic: "a", n: 1 });
  for await (const batch of one.batches()) {
    expect(batch.map(({ value }) => value)).toEqual([{ topic: "a", n: 1 }]);
    break;
  }
  for await (const { json } of two.json<Wire>()) {
    expect(json.n).toBe(1);
    break;
  }
  const three = handle.subscribe("a");
  void three.next();
  expect(() => three.batches()).toThrow(expect.objectContaining({ code: "CONFIG" }));
});
