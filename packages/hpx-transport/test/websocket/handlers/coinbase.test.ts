// Messages in the form of https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-overview (and
// websocket-channels), with values of our own.
import { CoinbaseWsHandler } from "hpx-transport/websocket";
import { expect, test } from "vitest";
import { connect, rejection, startServer, take } from "../support.js";
import { messageOf, read } from "./fixtures.js";

const head = (sequence_num: number): object => ({ client_id: "", timestamp: "2026-01-01T00:00:00Z", sequence_num });
const ticker = (sequence_num: number, ...products: string[]): object => ({
  channel: "ticker",
  ...head(sequence_num),
  events: [{ type: "update", tickers: products.map((product_id) => ({ type: "ticker", product_id, price: "1" })) }],
});
const subscriptions = (sequence_num: number, subscribed: object): object => ({
  channel: "subscriptions",
  ...head(sequence_num),
  events: [{ subscriptions: subscribed }],
});

test("updates belong to channel and product; l2_data is level2", () => {
  const handler = new CoinbaseWsHandler();
  expect(read(handler, ticker(1, "BTC-USD"))).toEqual({
    kind: "update",
    topic: "ticker:BTC-USD",
    value: ticker(1, "BTC-USD"),
  });
  expect(read(handler, ticker(1, "BTC-USD", "ETH-USD"))).toMatchObject([
    { topic: "ticker:BTC-USD" },
    { topic: "ticker:ETH-USD" },
  ]);
  const level2 = { channel: "l2_data", ...head(2), events: [{ type: "update", product_id: "BTC-USD", updates: [] }] };
  expect(read(handler, level2)).toMatchObject({ topic: "level2:BTC-USD" });
  const trades = { channel: "market_trades", ...head(3), events: [{ trades: [{ product_id: "BTC-USD" }] }] };
  expect(read(handler, trades)).toMatchObject({ topic: "market_trades:BTC-USD" });
  const beat = { channel: "heartbeats", ...head(4), events: [{ current_time: "t", heartbeat_counter: "1" }] };
  expect(read(handler, beat)).toMatchObject({ kind: "update", topic: "heartbeats" });
  expect(read(handler, { x: 1 })).toMatchObject({ kind: "unknown" });
});

test("each message that subscribes has a fresh token", async () => {
  let asked = 0;
  const handler = new CoinbaseWsHandler({ jwt: async () => await Promise.resolve(`jwt${(asked += 1)}`) });
  expect(await handler.subscribe(["level2:BTC-USD", "level2:ETH-USD", "user"], 1)).toEqual([
    '{"type":"subscribe","channel":"level2","product_ids":["BTC-USD","ETH-USD"],"jwt":"jwt1"}',
    '{"type":"subscribe","channel":"user","jwt":"jwt2"}',
  ]);
  expect(await handler.unsubscribe(["user"], 2)).toEqual(['{"type":"unsubscribe","channel":"user","jwt":"jwt3"}']);
  expect(await new CoinbaseWsHandler().subscribe(["heartbeats"], 1)).toEqual([
    '{"type":"subscribe","channel":"heartbeats"}',
  ]);
  expect(handler.limits.messagesPerSecond).toBe(8);
});

test("the list of subscriptions acknowledges what is in it", () => {
  const handler = new CoinbaseWsHandler();
  expect(read(handler, subscriptions(0, { ticker: ["BTC-USD"], heartbeats: ["heartbeats"] }))).toMatchObject({
    kind: "system",
    acks: ["ticker", "ticker:BTC-USD", "heartbeats", "heartbeats:heartbeats"],
  });
});

test("an error refuses what has no answer yet", async () => {
  const handler = new CoinbaseWsHandler();
  await handler.subscribe(["ticker:BTC-USD", "nope:BTC-USD"], 1);
  read(handler, subscriptions(0, { ticker: ["BTC-USD"] }));
  const error = { type: "error", message: "channel nope is not supported" };
  expect(read(handler, error)).toMatchObject({
    nacks: [{ topic: "nope:BTC-USD", reason: "channel nope is not supported" }],
  });
  expect(read(handler, error)).toMatchObject({ nacks: [] });
});

test("every message of a connection is counted, also those that are no updates", () => {
  const handler = new CoinbaseWsHandler();
  const sequence = (message: object, epoch = 1): unknown => handler.sequence(messageOf(handler, message, epoch));
  expect(sequence(ticker(0, "A"))).toMatchObject({ stream: "connection 1", first: 0, last: 0, restart: true });
  read(handler, subscriptions(1, {}));
  read(handler, subscriptions(2, {}));
  expect(sequence(ticker(3, "A"))).toMatchObject({ first: 1, last: 3, restart: false });
  expect(sequence(ticker(5, "A"))).toMatchObject({ first: 5, last: 5 });
  read(handler, subscriptions(7, {}));
  expect(sequence(ticker(8, "A"))).toMatchObject({ first: 7, last: 8 });
  expect(sequence(ticker(0, "A"), 2)).toMatchObject({ stream: "connection 2" });
});

test("over a socket: acknowledged by the list, refused without an id, and a lost message told", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    let number = -1;
    const next = (): number => (number += 1);
    for await (const message of connection) {
      const { type, channel } = message.json() as { type: string; channel: string };
      if (type !== "subscribe") continue;
      if (channel === "nope") await connection.sendJson({ type: "error", message: "no such channel" });
      else {
        await connection.sendJson(subscriptions(next(), { ticker: ["BTC-USD"] }));
        await connection.sendJson(ticker(next(), "BTC-USD"));
        await connection.sendJson(subscriptions(next(), { ticker: ["BTC-USD"] }));
        await connection.sendJson(ticker(next(), "BTC-USD"));
        next();
        await connection.sendJson(ticker(next(), "BTC-USD"));
      }
    }
  });
  const { handle } = await connect({ url: server.url, handler: new CoinbaseWsHandler() });
  const subscription = handle.subscribe("ticker:BTC-USD");
  await subscription.ready;
  expect((await take(subscription, 3)).map(({ gap }) => gap)).toEqual([
    undefined,
    undefined,
    { topic: "ticker:BTC-USD", reason: "sequence", missing: 1 },
  ]);
  expect(await rejection(handle.subscribe("nope:BTC-USD").ready)).toMatchObject({ code: "SUBSCRIPTION_FAILED" });
});
