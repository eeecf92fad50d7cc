// Messages in the form of https://github.com/binance/binance-spot-api-docs (web-socket-streams.md, web-socket-api.md) and of
// the documents of USDⓈ-M futures, with values of our own.
import { BinanceWsHandler } from "hpx-transport/websocket";
import { expect, test } from "vitest";
import { connect, startServer, take } from "../support.js";
import { messageOf, plain, read } from "./fixtures.js";

const TRADE = { e: "trade", E: 1, s: "BNBBTC", t: 12_345, p: "0.001", q: "100", T: 1, m: true, M: true };

test("events of /stream name their stream; the value is the event", () => {
  const handler = new BinanceWsHandler();
  expect(read(handler, { stream: "bnbbtc@trade", data: TRADE })).toEqual({
    kind: "update",
    topic: "bnbbtc@trade",
    value: TRADE,
  });
});

test.each([
  ["bnbbtc@trade", TRADE],
  ["bnbbtc@aggTrade", { e: "aggTrade", s: "BNBBTC", a: 1 }],
  ["bnbbtc@kline_1m", { e: "kline", s: "BNBBTC", k: { i: "1m" } }],
  ["bnbbtc@ticker", { e: "24hrTicker", s: "BNBBTC" }],
  ["bnbbtc@miniTicker", { e: "24hrMiniTicker", s: "BNBBTC" }],
  ["bnbbtc@bookTicker", { u: 1, s: "BNBBTC", b: "1", B: "2", a: "3", A: "4" }],
  ["bnbbtc@depth@100ms", { e: "depthUpdate", s: "BNBBTC", U: 1, u: 2, b: [], a: [] }],
  ["bnbbtc@avgPrice", { e: "avgPrice", s: "BNBBTC" }],
  ["bnbbtc@markPrice@1s", { e: "markPriceUpdate", s: "BNBBTC" }],
])("an event of /ws is found by its symbol and type: %s", (topic, event) => {
  const handler = new BinanceWsHandler();
  handler.subscribe(["btcusdt@trade", topic], 1);
  expect(read(handler, event)).toEqual({ kind: "update", topic, value: event });
  handler.unsubscribe([topic], 2);
  expect(plain(read(handler, event))).not.toHaveProperty("topic");
});

test("answers: null, a list, an error in either form, and those of the WebSocket API", () => {
  const handler = new BinanceWsHandler();
  expect(read(handler, { result: null, id: 1 })).toEqual({ kind: "response", id: 1, value: null });
  expect(read(handler, { result: ["btcusdt@trade"], id: 3 })).toMatchObject({ id: 3, value: ["btcusdt@trade"] });
  const refused = { code: 2, msg: "Invalid request: unknown variant" };
  expect(read(handler, { error: refused, id: 4 })).toMatchObject({
    kind: "response",
    id: 4,
    error: { code: 2, reason: "Invalid request: unknown variant" },
  });
  expect(read(handler, { ...refused, id: 4 })).toMatchObject({ id: 4, error: { code: 2 } });
  expect(read(handler, { ...refused })).toMatchObject({ kind: "system", error: { code: 2 } });
  const ok = { id: "a1", status: 200, result: { orderId: 5 }, rateLimits: [] };
  expect(plain(read(handler, ok))).toEqual({ kind: "response", id: "a1", value: { orderId: 5 } });
  const bad = {
    id: "a1",
    status: 400,
    error: { code: -2010, msg: "Account has insufficient balance." },
    rateLimits: [],
  };
  expect(read(handler, bad)).toMatchObject({ id: "a1", error: { code: -2010 } });
  expect(read(handler, { subscriptionId: 0, event: { e: "balanceUpdate", E: 1 } })).toMatchObject({
    kind: "update",
    value: { e: "balanceUpdate" },
  });
});

test("serverShutdown replaces the connection, and so do 24 hours", () => {
  const handler = new BinanceWsHandler();
  expect(read(handler, { e: "serverShutdown", E: 1 })).toMatchObject({ kind: "system", verdict: "reconnect" });
  expect(read(handler, { stream: "", data: { e: "serverShutdown", E: 1 } })).toMatchObject({ verdict: "reconnect" });
  expect(handler.limits).toEqual({
    topicsPerMessage: 200,
    lifetime: 86_400_000,
    messagesPerSecond: 5,
    topicsPerConnection: 1024,
  });
  expect(new BinanceWsHandler({ messagesPerSecond: 10 }).limits.messagesPerSecond).toBe(10);
  expect(() => new BinanceWsHandler({ messagesPerSecond: 0 })).toThrow("messagesPerSecond");
});

test("depth events have update ids, with pu in futures", () => {
  const handler = new BinanceWsHandler();
  const spot = { stream: "bnbbtc@depth", data: { e: "depthUpdate", s: "BNBBTC", U: 157, u: 160, b: [], a: [] } };
  expect(handler.sequence(messageOf(handler, spot))).toEqual({ stream: "bnbbtc@depth", first: 157, last: 160 });
  const futures = { stream: "btcusdt@depth", data: { e: "depthUpdate", s: "BTCUSDT", U: 157, u: 160, pu: 149 } };
  expect(handler.sequence(messageOf(handler, futures))).toMatchObject({ last: 160, previous: 149 });
  expect(handler.sequence(messageOf(handler, { stream: "bnbbtc@trade", data: TRADE }))).toBeUndefined();
});

test("over a socket: a subscription, a gap in the depth, and a server that shuts down", async () => {
  const server = await startServer();
  const depth = (U: number, u: number): object => ({
    stream: "bnbbtc@depth",
    data: { e: "depthUpdate", s: "BNBBTC", U, u, b: [], a: [] },
  });
  server.otherwise(async (connection) => {
    const { id } = (await connection.receive()).json() as { id: number };
    await connection.sendJson({ result: null, id });
    if (server.connectionCount === 1) {
      for (const range of [
        [1, 2],
        [3, 5],
        [9, 9],
      ] as const)
        await connection.sendJson(depth(range[0], range[1]));
      await connection.sendJson({ e: "serverShutdown", E: 1 });
    }
    // The new connection repeats what the old one had: it is delivered once.
    else
      for (const range of [
        [9, 9],
        [10, 12],
      ] as const)
        await connection.sendJson(depth(range[0], range[1]));
    await connection.hold();
  });
  const { handle } = await connect({ url: server.url, handler: new BinanceWsHandler() });
  const book = handle.subscribe("bnbbtc@depth");
  const messages = await take(book, 4);
  expect(messages.map(({ value }) => (value as { u: number }).u)).toEqual([2, 5, 9, 12]);
  expect(messages.map(({ gap }) => gap)).toEqual([
    undefined,
    undefined,
    { topic: "bnbbtc@depth", reason: "sequence", missing: 3 },
    undefined,
  ]);
  expect((await server.connection(1)).texts).toEqual(['{"method":"SUBSCRIBE","params":["bnbbtc@depth"],"id":1}']);
});
