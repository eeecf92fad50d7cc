// Messages in the form of https://docs.kraken.com/api/docs/websocket-v2/ (subscribe, book, executions, ping, status), with values
// of our own.
import { KrakenWsHandler } from "hpx-transport/websocket";
import { expect, test } from "vitest";
import { connect, rejection, startServer, take } from "../support.js";
import { INFO, messageOf, read } from "./fixtures.js";

const TOPIC = "book:BTC/USD";
const book = (type: string): object => ({
  channel: "book",
  type,
  data: [{ symbol: "BTC/USD", bids: [], asks: [], checksum: 1 }],
});

test("updates belong to channel and symbol, or to a channel that has no symbols", () => {
  const handler = new KrakenWsHandler();
  expect(read(handler, book("update"))).toEqual({ kind: "update", topic: TOPIC, value: book("update") });
  const executions = { channel: "executions", type: "update", data: [{ symbol: "BTC/USD" }], sequence: 5 };
  expect(read(handler, executions)).toMatchObject({ topic: "executions" });
  expect(read(handler, { channel: "instrument", type: "snapshot", data: {} })).toMatchObject({ topic: "instrument" });
  expect(read(handler, { channel: "heartbeat" })).toMatchObject({ kind: "control" });
  const status = { channel: "status", type: "update", data: [{ system: "online", api_version: "v2" }] };
  expect(read(handler, status)).toMatchObject({ kind: "system" });
});

test("a message for each channel, with its own parameters; ids are whole numbers", () => {
  const handler = new KrakenWsHandler({ params: { book: { depth: 100 } } });
  expect(handler.subscribe([TOPIC, "trade:ETH/USD", "book:ETH/USD", "instrument"], 7)).toEqual([
    '{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD","ETH/USD"],"depth":100},"req_id":7}',
    '{"method":"subscribe","params":{"channel":"trade","symbol":["ETH/USD"]},"req_id":7}',
    '{"method":"subscribe","params":{"channel":"instrument"},"req_id":7}',
  ]);
  expect(handler.unsubscribe([TOPIC], 8)).toEqual([
    '{"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"]},"req_id":8}',
  ]);
});

test("each symbol is acknowledged, and refused, by itself", () => {
  const handler = new KrakenWsHandler();
  handler.subscribe([TOPIC, "book:NO/USD"], 7);
  const ack = {
    method: "subscribe",
    result: { channel: "book", symbol: "BTC/USD", snapshot: true },
    success: true,
    req_id: 7,
  };
  expect(read(handler, ack)).toMatchObject({ kind: "system", acks: [TOPIC] });
  const error = "Currency pair not supported NO/USD";
  expect(read(handler, { error, method: "subscribe", req_id: 7, success: false, symbol: "NO/USD" })).toMatchObject({
    nacks: [{ topic: "book:NO/USD", reason: error }],
  });
  const whole = { error: "Event(s) not found", method: "subscribe", req_id: 7, success: false };
  expect(read(handler, whole)).toMatchObject({ kind: "response", id: 7, error: { reason: "Event(s) not found" } });
});

test("the token goes to private channels and to requests, fresh for each connection", async () => {
  let asked = 0;
  const handler = new KrakenWsHandler({ token: () => `token${(asked += 1)}` });
  await handler.hello(INFO);
  expect(handler.subscribe(["executions", TOPIC], 1)).toEqual([
    '{"method":"subscribe","params":{"channel":"executions","token":"token1"},"req_id":1}',
    '{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]},"req_id":1}',
  ]);
  await handler.hello(INFO);
  expect(handler.request({ method: "add_order", params: { side: "buy" } }, 2)).toBe(
    '{"req_id":2,"method":"add_order","params":{"token":"token2","side":"buy"}}',
  );
  expect(handler.request({ method: "ping" }, 3)).toBe('{"req_id":3,"method":"ping"}');
  expect(handler.request('{"method":"x","params":{"price":1.10}}', 4)).toBe(
    '{"req_id":4,"method":"x","params":{"price":1.10}}',
  );
});

test("responses: the result, an error, a pong", () => {
  const handler = new KrakenWsHandler();
  const ok = { method: "add_order", req_id: 5, result: { order_id: "O" }, success: true };
  expect(read(handler, ok)).toEqual({ kind: "response", id: 5, value: { order_id: "O" } });
  const refused = { error: "EOrder:Insufficient funds", method: "add_order", req_id: 5, success: false };
  expect(read(handler, refused)).toMatchObject({ id: 5, error: { reason: "EOrder:Insufficient funds" } });
  expect(handler.ping()).toBe('{"method":"ping"}');
  expect(read(handler, { method: "pong", time_in: "t", time_out: "t" })).toMatchObject({ kind: "control" });
});

test("the sequence of the private channels is counted for each connection", () => {
  const handler = new KrakenWsHandler();
  const executions = (type: string, sequence: number): object => ({ channel: "executions", type, data: [], sequence });
  expect(handler.sequence(messageOf(handler, executions("snapshot", 1), 3))).toEqual({
    stream: "executions of connection 3",
    last: 1,
    restart: true,
  });
  expect(handler.sequence(messageOf(handler, executions("update", 2), 3))).toMatchObject({ last: 2, restart: false });
  expect(handler.sequence(messageOf(handler, book("update")))).toBeUndefined();
});

test("over a socket: a greeting, one symbol of two is refused, and a lost execution is told", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    await connection.sendJson({ channel: "status", type: "update", data: [{ system: "online" }] });
    for await (const message of connection) {
      const { method, params, req_id } = message.json() as {
        method: string;
        params: { channel: string; symbol?: string[]; token?: string };
        req_id: number;
      };
      for (const symbol of params.symbol ?? [undefined]) {
        const bad = symbol === "NO/USD";
        const error = { error: "Currency pair not supported NO/USD", symbol };
        const result = { result: { channel: params.channel, symbol } };
        await connection.sendJson({ method, req_id, success: !bad, ...(bad ? error : result) });
      }
      if (params.channel === "book") await connection.sendJson(book("snapshot"));
      if (params.token !== "t") continue;
      for (const sequence of [1, 2, 5]) {
        const type = sequence === 1 ? "snapshot" : "update";
        await connection.sendJson({ channel: "executions", type, data: [], sequence });
      }
    }
  });
  const { handle } = await connect({ url: server.url, handler: new KrakenWsHandler({ token: "t" }) });
  const [good, bad, executions] = [
    handle.subscribe(TOPIC),
    handle.subscribe("book:NO/USD"),
    handle.subscribe("executions"),
  ];
  expect((await take(good, 1))[0]?.value).toEqual(book("snapshot"));
  expect(await rejection(bad.ready)).toMatchObject({ code: "SUBSCRIPTION_FAILED" });
  expect((await take(executions, 3)).map(({ gap }) => gap?.missing)).toEqual([undefined, undefined, 2]);
});
