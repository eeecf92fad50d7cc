import { expect, test } from "vitest";
import type { MockWsConnection } from "../../src/testing/index.js";
import type { WsProtocolHandler } from "../../src/websocket/index.js";
import {
  connect,
  eventually,
  obliging,
  open,
  operations,
  startServer,
  take,
  TestHandler,
  type Hooks,
  texts,
  type Wire,
} from "./support.js";

function numbered(hooks: Hooks = {}): TestHandler {
  return new TestHandler({
    sequence: ({ topic = "", value }) => ({ stream: topic, last: (value as Wire).n as number }),
    judgeMessage: ({ value }) => ((value as Wire).op === "bye" ? "reconnect" : undefined),
    ...hooks,
  });
}

const count = (messages: readonly { value?: unknown }[]): number[] =>
  messages.map(({ value }) => (value as { n: number }).n);

test("with numbers, the new socket is subscribed before the old one is left: nothing lost, nothing doubled", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: numbered() });
  const [a, b] = [handle.subscribe("a"), handle.subscribe("b")];
  await Promise.all([a.ready, b.ready]);
  const old = await server.connection(1);
  for (const n of [1, 2]) for (const topic of ["a", "b"]) await old.sendJson({ topic, n });
  await old.sendJson({ op: "bye" });
  const next = await server.connection(2);
  await next.message(1);
  expect(operations(next)).toEqual(["subscribe a,b"]);
  // The new one begins ahead for a, behind for b; the old one has the rest.
  await next.sendJson({ topic: "a", n: 5 });
  await next.sendJson({ topic: "b", n: 2 });
  await old.sendJson({ topic: "a", n: 3 });
  await old.sendJson({ topic: "a", n: 4 });
  await next.sendJson({ topic: "a", n: 6 });
  await next.sendJson({ topic: "b", n: 3 });
  await old.sendJson({ topic: "a", n: 5 });
  await old.sendJson({ topic: "b", n: 3 });
  const got = [...(await take(a, 6)), ...(await take(b, 3))];
  expect(count(got)).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3]);
  expect(got.filter(({ gap }) => gap !== undefined)).toEqual([]);
  await eventually("the end of the old socket", () => old.isClosed);
  expect(old.clientClose).toEqual({ code: 1000, reason: "" });
  expect([handle.epoch, handle.stats.renewals, handle.stats.attempts, handle.stats.lost]).toEqual([2, 1, 1, 0]);
});

test("requests in flight finish on the old socket, new ones go out on the new one", async () => {
  const server = await startServer();
  let answerOld: (() => Promise<void>) | undefined;
  server.reply(async (connection: MockWsConnection) => {
    for await (const message of connection) {
      const { id, op } = message.json() as Wire;
      if (op === "subscribe") await connection.sendJson({ id, ok: true });
      else answerOld = () => connection.sendJson({ id, result: "old" });
    }
  });
  server.otherwise(async (connection) => {
    for await (const message of connection) {
      const { id } = message.json() as Wire;
      await connection.sendJson({ id, result: "new" });
      await connection.sendJson({ topic: "a", n: 2 });
    }
  });
  const { handle } = await connect({ url: server.url, handler: numbered() });
  const a = handle.subscribe("a");
  await a.ready;
  const old = await server.connection(1);
  await old.sendJson({ topic: "a", n: 1 });
  const first = handle.request("r");
  await eventually("the request", () => answerOld !== undefined);
  await old.sendJson({ op: "bye" });
  expect(count(await take(a, 2))).toEqual([1, 2]);
  await eventually("the new socket", () => handle.epoch === 2);
  expect(await handle.request("s")).toMatchObject({ result: "new" });
  expect(old.isClosed).toBe(false);
  await answerOld?.();
  expect(await first).toMatchObject({ result: "old" });
  await eventually("the end of the old socket", () => old.isClosed);
  expect(operations(old)).toEqual(["subscribe a", "request"]);
});

test("where the new socket is refused, the old one goes on, and another one is tried", async () => {
  const server = await startServer();
  server.reply(obliging, { status: 503 }, obliging);
  const { handle } = await connect({ url: server.url, handler: numbered() });
  const a = handle.subscribe("a");
  await a.ready;
  const old = await server.connection(1);
  await old.sendJson({ op: "bye" });
  await server.connection(2);
  await old.sendJson({ topic: "a", n: 1 });
  expect(count(await take(a, 1))).toEqual([1]);
  const next = await server.connection(3);
  await next.message(1);
  await next.sendJson({ topic: "a", n: 2 });
  expect(count(await take(a, 1))).toEqual([2]);
});

test("an old socket that ends in the middle: what the numbers show as missing is told", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: numbered() });
  const a = handle.subscribe("a");
  await a.ready;
  const old = await server.connection(1);
  await old.sendJson({ topic: "a", n: 1 });
  await old.sendJson({ op: "bye" });
  const next = await server.connection(2);
  await next.message(1);
  await next.sendJson({ topic: "a", n: 4 });
  await eventually("four messages", () => handle.stats.events >= 5);
  await old.finish("reset");
  const [one, four] = await take(a, 2);
  expect(count([one, four] as never)).toEqual([1, 4]);
  expect(four?.gap).toEqual({ topic: "a", reason: "sequence", missing: 2 });
  expect([handle.stats.attempts, handle.state.status]).toEqual([1, "connected"]);
});

test("without numbers: close and come again, with the gap of a renewal", async () => {
  const server = await startServer();
  server.otherwise(obliging);
  const { handle } = await connect({ url: server.url, handler: numbered({ sequence: undefined }) });
  const a = handle.subscribe("a");
  await a.ready;
  const old = await server.connection(1);
  await old.sendJson({ topic: "a", n: 1 });
  await old.sendJson({ op: "bye" });
  const next = await server.connection(2);
  await next.message(1);
  await next.sendJson({ topic: "a", n: 5 });
  expect((await take(a, 2))[1]).toMatchObject({ epoch: 2, gap: { reason: "renewal", missing: "unknown" } });
  expect(old.clientClose?.code).toBe(1000);
});

test("the handler's lifetime does the same without numbers", async () => {
  const server = await startServer();
  server.otherwise({ steps: ["in"], finish: "hold" });
  const handler: WsProtocolHandler = { read: () => ({ kind: "update" }), limits: { lifetime: 60 } };
  expect(await texts(open({ url: server.url, handler }), 3)).toEqual(["in", "in", "in"]);
});

test("renewals keep to the limit of the rate", async () => {
  const server = await startServer();
  let n = 0;
  server.otherwise(async (connection) => {
    for await (const message of connection) {
      const { id } = message.json() as Wire;
      await connection.sendJson({ id, ok: true });
      await connection.sendJson({ op: "bye" });
      await connection.sendJson({ topic: "a", n: (n += 1) });
    }
  });
  const reconnect = { initialDelay: 1, jitter: 0, burst: 3, perSecond: 0.01 };
  const { handle } = await connect({ url: server.url, handler: numbered(), reconnect });
  handle.subscribe("a");
  await eventually("three sockets", () => server.connectionCount === 3);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(server.connectionCount).toBe(3);
});
