// Messages in the form of https://bybit-exchange.github.io/docs/v5/ws/connect, /docs/v5/websocket/public/orderbook and
// /docs/v5/websocket/trade/guideline, with values of our own.
import { createHmac } from "node:crypto";
import { BybitWsHandler } from "hpx-transport/websocket";
import { expect, test } from "vitest";
import { connect, rejection, startServer, take } from "../support.js";
import { INFO, messageOf, read } from "./fixtures.js";

const TOPIC = "orderbook.50.BTCUSDT";
const book = (type: string, u: number): object => ({
  topic: TOPIC,
  type,
  ts: 1,
  data: { s: "BTCUSDT", b: [], a: [], u, seq: u * 7 },
  cts: 1,
});

test("updates name their topic; the value is the message", () => {
  const handler = new BybitWsHandler();
  expect(read(handler, book("delta", 5))).toEqual({ kind: "update", topic: TOPIC, value: book("delta", 5) });
});

test("answers in their forms: public, options, trade", () => {
  const handler = new BybitWsHandler();
  const ok = { success: true, ret_msg: "subscribe", conn_id: "c", req_id: "1", op: "subscribe" };
  expect(read(handler, ok)).toEqual({ kind: "response", id: "1", value: ok });
  const refused = { success: false, ret_msg: "error:handler not found", conn_id: "c", req_id: "1", op: "subscribe" };
  expect(read(handler, refused)).toMatchObject({ id: "1", error: { reason: "error:handler not found" } });
  const data = { failTopics: ["b"], successTopics: ["a"] };
  expect(read(handler, { success: true, conn_id: "c", type: "COMMAND_RESP", data })).toMatchObject({
    kind: "system",
    acks: ["a"],
    nacks: [{ topic: "b" }],
  });
  const taken = { reqId: "5", retCode: 0, retMsg: "OK", op: "order.create", data: { orderId: "o" } };
  expect(read(handler, taken)).toEqual({ kind: "response", id: "5", value: taken });
  expect(read(handler, { ...taken, retCode: 10_404, retMsg: "op is not found" })).toMatchObject({
    id: "5",
    error: { code: 10_404, reason: "op is not found" },
  });
  expect(read(handler, { ...taken, retCode: 10_019, retMsg: "restarting" })).toMatchObject({ verdict: "reconnect" });
  expect(read(handler, { hello: 1 })).toMatchObject({ kind: "unknown" });
});

test("the heartbeat and its two answers", () => {
  const handler = new BybitWsHandler();
  expect(handler.ping()).toBe('{"op":"ping"}');
  const answer = { success: true, ret_msg: "pong", conn_id: "c", req_id: "", op: "ping" };
  expect(read(handler, answer)).toMatchObject({ kind: "control" });
  expect(read(handler, { op: "pong", args: ["1"], conn_id: "c" })).toMatchObject({ kind: "control" });
});

test("auth is signed as Bybit verifies it", async () => {
  const handler = new BybitWsHandler({ credentials: { apiKey: "k", secret: "s" } });
  const { op, args } = JSON.parse((await handler.authenticate(INFO)) ?? "") as {
    op: string;
    args: [string, number, string];
  };
  const [key, expires, signature] = args;
  expect([op, key]).toEqual(["auth", "k"]);
  expect(expires).toBeGreaterThan(Date.now());
  expect(signature).toBe(createHmac("sha256", "s").update(`GET/realtime${expires}`).digest("hex"));
  expect(handler.judgeAuth?.(messageOf(handler, { success: true, ret_msg: "", op: "auth", conn_id: "c" }))).toBe("ok");
  expect(handler.judgeAuth?.(messageOf(handler, { success: false, ret_msg: "invalid", op: "auth" }))).toBe("refused");
  expect(handler.judgeAuth?.(messageOf(handler, { retCode: 0, retMsg: "OK", op: "auth", connId: "c" }))).toBe("ok");
  expect(handler.judgeAuth?.(messageOf(handler, { op: "pong" }))).toBeUndefined();
  expect(new BybitWsHandler().judgeAuth).toBeUndefined();
});

test("messages that subscribe and ask carry text as ids", () => {
  const handler = new BybitWsHandler({ topicsPerMessage: 50 });
  expect(handler.limits.topicsPerMessage).toBe(50);
  expect(handler.subscribe([TOPIC], handler.nextId())).toBe(`{"req_id":"1","op":"subscribe","args":["${TOPIC}"]}`);
  expect(handler.unsubscribe([TOPIC], handler.nextId())).toBe(`{"req_id":"2","op":"unsubscribe","args":["${TOPIC}"]}`);
  const order = { header: { "X-BAPI-TIMESTAMP": "1" }, op: "order.create", args: [{}] };
  expect(handler.request(order, "3")).toBe(`{"reqId":"3",${JSON.stringify(order).slice(1)}`);
});

test("a book's update ids; 1 is a restart", () => {
  const handler = new BybitWsHandler();
  const sequence = (message: object): unknown => handler.sequence(messageOf(handler, message));
  expect(sequence(book("snapshot", 10))).toEqual({ stream: TOPIC, last: 10, restart: true });
  expect(sequence(book("delta", 11))).toEqual({ stream: TOPIC, last: 11, restart: false });
  expect(sequence(book("delta", 1))).toMatchObject({ restart: true });
  expect(sequence({ topic: "tickers.BTCUSDT", data: { u: 1 } })).toBeUndefined();
  expect(handler.judgeGap({ topic: TOPIC, reason: "sequence", missing: 1 })).toBe("resubscribe");
  expect(handler.judgeGap({ topic: "tickers.BTCUSDT", reason: "sequence", missing: 1 })).toBeUndefined();
});

test("over a socket: subscriptions in tens, a refused one, and a jump that is repaired", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    let books = 0;
    for await (const message of connection) {
      const { req_id, op, args } = message.json() as { req_id: string; op: string; args: string[] };
      const bad = args.includes("bad");
      await connection.sendJson({
        success: !bad,
        ret_msg: bad ? "error:topic not found" : "",
        conn_id: "c",
        req_id,
        op,
      });
      if (op !== "subscribe" || !args.includes(TOPIC)) continue;
      books += 1;
      await connection.sendJson(book("snapshot", books * 100));
      if (books === 1) await connection.sendJson(book("delta", 103));
    }
  });
  const { handle } = await connect({ url: server.url, handler: new BybitWsHandler() });
  const many = handle.subscribe([TOPIC, ...Array.from({ length: 11 }, (_, n) => `tickers.${n}`)]);
  await many.ready;
  expect(await rejection(handle.subscribe("bad").ready)).toMatchObject({ code: "SUBSCRIPTION_FAILED" });
  const messages = await take(many, 3);
  expect(messages.map(({ value }) => (value as { data: { u: number } }).data.u)).toEqual([100, 103, 200]);
  expect(messages[1]?.gap).toEqual({ topic: TOPIC, reason: "sequence", missing: 2 });
  const peer = await server.connection(1);
  const calls = peer.messages.map((message) => message.json() as { op: string; args: string[] });
  expect(calls.slice(0, 2).map(({ args }) => args.length)).toEqual([10, 2]);
});
