// Real time, as the services have it: the tests run at once, because all they do is wait.
import { test } from "vitest";
import { MockWsServer, type MockWsConnection } from "../../../src/testing/index.js";
import { WsConnection } from "../../../src/websocket/index.js";
import { TestHandler, type Wire } from "../support.js";

const SECOND = 1000;
/** How long the consumer sleeps. */
const ASLEEP = 90 * SECOND;
/** The server pings as often, and cuts a client that owes it a pong for as long. */
const PING_EVERY = 20 * SECOND;
const PONG_WITHIN = 60 * SECOND;

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A server that wants its pongs, as Binance's does, and sends `rate` updates a second of every topic that is asked for. */
async function demanding(connection: MockWsConnection, rate: number): Promise<void> {
  const topics = new Set<string>();
  const since = performance.now();
  const watch = setInterval(() => {
    const pongs = connection.frames.filter(({ kind }) => kind === "pong");
    const last = Math.max(since, ...pongs.map(({ at }) => at));
    if (performance.now() - last > PONG_WITHIN) void connection.finish("cut").catch(() => {});
    else void connection.ping("alive?").catch(() => {});
  }, PING_EVERY);
  let n = 0;
  const feeding = setInterval(() => {
    if (topics.size > 0) n += 1;
    for (const topic of topics) connection.sendJson({ topic, n, text: "x".repeat(1000) }).catch(() => {});
  }, SECOND / rate);
  try {
    for await (const message of connection) {
      const { id, op, topics: asked = [] } = message.json() as Wire;
      for (const topic of asked)
        if (op === "subscribe") topics.add(topic);
        else topics.delete(topic);
      await connection.sendJson({ id, ok: true });
    }
  } finally {
    clearInterval(watch);
    clearInterval(feeding);
  }
}

test.concurrent(
  "F26: a subscription that sleeps for 90 s gets OVERFLOW; the connection, and who reads it, live on, and no pong is late",
  async ({ expect: check }) => {
    await using server = await MockWsServer.start({ deadline: 2 * ASLEEP });
    server.otherwise((connection) => demanding(connection, 100));
    await using connection = await WsConnection.connect({ url: server.url, handler: new TestHandler() });
    const { handle } = connection;
    const [sleeper, reader] = [handle.subscribe("a"), handle.subscribe("b")];
    await sleeper.next();
    const numbers: number[] = [];
    let gaps = 0;
    const reading = (async () => {
      for await (const { value, gap } of reader) {
        numbers.push((value as Wire).n as number);
        if (gap !== undefined) gaps += 1;
      }
    })();
    await wait(ASLEEP);
    let error: unknown;
    try {
      for await (const _ of sleeper);
    } catch (caught) {
      error = caught;
    }
    check(error).toMatchObject({ code: "OVERFLOW" });
    check([handle.epoch, handle.state.status, handle.topics, gaps]).toEqual([1, "connected", ["b"], 0]);
    check(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + (numbers[0] ?? 0)));
    await connection.close();
    await reading;
    check(server.connectionCount).toBe(1);
  },
  2 * ASLEEP,
);

test.concurrent(
  "F26: a stream that sleeps for 90 s loses its oldest messages and is told; no pong is late",
  async ({ expect: check }) => {
    await using server = await MockWsServer.start({ deadline: 2 * ASLEEP });
    server.otherwise((connection) => demanding(connection, 100));
    const handler = new TestHandler({ read: (data) => ({ kind: "update", value: JSON.parse(String(data)) }) });
    await using connection = await WsConnection.connect({ url: server.url, handler });
    connection.handle.trySend(JSON.stringify({ op: "subscribe", id: 1, topics: ["a"] }));
    const first = await connection.next();
    check(first.value?.data).toContain("ok");
    await wait(ASLEEP);
    const seen: number[] = [];
    let missing = 0;
    while (seen.length < 1000) {
      const { value } = await connection.next();
      if (value === undefined) throw new Error(`it ended after ${seen.length} messages`);
      if (value.gap !== undefined) missing += value.gap.missing === "unknown" ? Number.NaN : value.gap.missing;
      seen.push((value.value as Wire).n as number);
    }
    check(missing).toBeGreaterThan(0);
    // Every number is delivered or told as missing, and none comes twice.
    check([seen.at(-1), new Set(seen).size]).toEqual([1000 + missing, 1000]);
    check([connection.stats.dropped, connection.handle.epoch, server.connectionCount]).toEqual([missing, 1, 1]);
  },
  2 * ASLEEP,
);
