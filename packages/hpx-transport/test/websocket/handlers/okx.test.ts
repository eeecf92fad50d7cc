// Messages in the form of https://www.okx.com/docs-v5/en/ (WebSocket: login, subscribe, notification, order book channel), with
// values of our own.
import { createHmac } from "node:crypto";
import { OkxWsHandler } from "hpx-transport/websocket";
import { expect, test } from "vitest";
import { connect, rejection, startServer, take } from "../support.js";
import { INFO, messageOf, plain, read } from "./fixtures.js";

const ARG = { channel: "books", instId: "BTC-USDT" };
const TOPIC = "books:BTC-USDT";
const book = (action: string, prevSeqId: number, seqId: number): object => ({
  arg: ARG,
  action,
  data: [{ asks: [], bids: [], ts: "1", checksum: 1, prevSeqId, seqId }],
});

function subscribed(...topics: string[]): OkxWsHandler {
  const handler = new OkxWsHandler();
  handler.subscribe(topics, "1");
  return handler;
}

test("topics are channel:instId, a channel alone, or the JSON of an arg", () => {
  const handler = new OkxWsHandler();
  const topics = [TOPIC, "status", '{"channel":"orders","instType":"SPOT"}'];
  expect(handler.subscribe(topics, "7")).toBe(
    '{"id":"7","op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT"},{"channel":"status"},{"channel":"orders","instType":"SPOT"}]}',
  );
  expect(handler.unsubscribe([TOPIC], "8")).toBe(
    '{"id":"8","op":"unsubscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}',
  );
  expect(read(handler, book("update", 1, 2))).toMatchObject({
    kind: "update",
    topic: TOPIC,
    value: { action: "update" },
  });
  // The server adds the account, and orders the members in its own way.
  const orders = { arg: { instType: "SPOT", uid: "446", channel: "orders" }, data: [] };
  expect(read(handler, orders)).toMatchObject({ topic: '{"channel":"orders","instType":"SPOT"}' });
  expect(read(handler, { arg: { channel: "status" }, data: [] })).toMatchObject({ topic: "status" });
});

test("each channel is acknowledged, and refused, by itself", () => {
  const handler = subscribed(TOPIC, "tickers:XX-USDT");
  expect(read(handler, { id: "1", event: "subscribe", arg: ARG, connId: "c" })).toMatchObject({
    kind: "system",
    acks: [TOPIC],
  });
  const msg = "Wrong URL or channel:tickers,instId:XX-USDT doesn't exist. Please use the correct URL.";
  expect(read(handler, { id: "1", event: "error", code: "60018", msg, connId: "c" })).toMatchObject({
    kind: "system",
    nacks: [{ topic: "tickers:XX-USDT", code: "60018" }],
  });
  const other = { id: "1", event: "error", code: "60012", msg: "Invalid request", connId: "c" };
  expect(read(handler, other)).toMatchObject({
    kind: "response",
    id: "1",
    error: { code: "60012", reason: "Invalid request" },
  });
  const full = { event: "channel-conn-count-error", channel: "books", arg: ARG, connCount: "30" };
  expect(read(handler, full)).toMatchObject({ nacks: [{ topic: TOPIC }] });
});

test("the heartbeat is text; a notice before an upgrade replaces the connection", () => {
  const handler = new OkxWsHandler();
  expect(handler.ping()).toBe("ping");
  expect(read(handler, "pong")).toEqual({ kind: "control", value: "pong" });
  const notice = { event: "notice", code: "64008", msg: "The connection will soon be closed", connId: "c" };
  expect(read(handler, notice)).toMatchObject({ kind: "system", verdict: "reconnect" });
  expect(plain(read(handler, { event: "notice", code: "1", msg: "x" }))).not.toHaveProperty("verdict");
});

test("the login is signed as OKX verifies it", async () => {
  const handler = new OkxWsHandler({ credentials: { apiKey: "k", secret: "s", passphrase: "p" } });
  const { op, args } = JSON.parse((await handler.authenticate(INFO)) ?? "") as {
    op: string;
    args: Record<string, string>[];
  };
  const { timestamp, sign, ...others } = args[0] as Record<string, string>;
  expect([op, others]).toEqual(["login", { apiKey: "k", passphrase: "p" }]);
  expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(5);
  expect(sign).toBe(createHmac("sha256", "s").update(`${timestamp}GET/users/self/verify`).digest("base64"));
  expect(handler.judgeAuth?.(messageOf(handler, { event: "login", code: "0", msg: "", connId: "c" }))).toBe("ok");
  expect(handler.judgeAuth?.(messageOf(handler, { event: "error", code: "60009", msg: "Login failed." }))).toBe(
    "refused",
  );
  expect(handler.judgeAuth?.(messageOf(handler, { event: "notice", code: "64008" }))).toBeUndefined();
  expect(new OkxWsHandler().judgeAuth).toBeUndefined();
});

test("responses to orders carry their id and code", () => {
  const handler = new OkxWsHandler();
  expect(handler.request({ op: "order", args: [] }, "9")).toBe('{"id":"9","op":"order","args":[]}');
  expect(handler.nextId()).toBe("1");
  const ok = { id: "9", op: "order", code: "0", msg: "", data: [{ ordId: "5" }] };
  expect(read(handler, ok)).toEqual({ kind: "response", id: "9", value: ok });
  expect(read(handler, { ...ok, code: "1", msg: "Order failed" })).toMatchObject({
    id: "9",
    error: { code: "1", reason: "Order failed" },
  });
});

test("a book's sequence ids; a jump asks for a snapshot", () => {
  const handler = subscribed(TOPIC);
  const sequence = (message: object): unknown => handler.sequence(messageOf(handler, message));
  expect(sequence(book("snapshot", -1, 10))).toEqual({ stream: TOPIC, last: 10, restart: true });
  expect(sequence(book("update", 10, 15))).toEqual({ stream: TOPIC, last: 15, previous: 10 });
  expect(sequence(book("update", 15, 15))).toBeUndefined();
  expect(sequence(book("update", 15, 3))).toEqual({ stream: TOPIC, last: 3, restart: true });
  expect(handler.judgeGap({ topic: TOPIC, reason: "sequence", missing: "unknown" })).toBe("resubscribe");
  expect(handler.judgeGap({ topic: "tickers:BTC-USDT", reason: "sequence", missing: 1 })).toBeUndefined();
});

test("over a socket: login first, then one channel of two is refused", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    for await (const message of connection) {
      if (message.text === "ping") {
        await connection.send("pong");
        continue;
      }
      const { id, op, args } = message.json() as { id: string; op: string; args: { instId: string }[] };
      if (op === "login") await connection.sendJson({ event: "login", code: "0", msg: "", connId: "c" });
      if (op !== "subscribe") continue;
      const msg = "Wrong URL or channel:books,instId:NO-NO doesn't exist.";
      for (const arg of args) {
        if (arg.instId === "NO-NO") await connection.sendJson({ id, event: "error", code: "60018", msg, connId: "c" });
        else await connection.sendJson({ id, event: "subscribe", arg, connId: "c" });
      }
      await connection.sendJson(book("snapshot", -1, 10));
      await connection.sendJson(book("update", 10, 11));
    }
  });
  const handler = new OkxWsHandler({ credentials: { apiKey: "k", secret: "s", passphrase: "p" } });
  const { handle } = await connect({ url: server.url, handler, pingInterval: 20 });
  const [good, bad] = [handle.subscribe(TOPIC), handle.subscribe("books:NO-NO")];
  expect((await take(good, 2)).map(({ gap }) => gap)).toEqual([undefined, undefined]);
  expect(await rejection(bad.ready)).toMatchObject({
    code: "SUBSCRIPTION_FAILED",
    details: { topics: ["books:NO-NO"] },
  });
  const peer = await server.connection(1);
  await peer.wait("a ping", () => peer.texts.includes("ping"));
  const operations = peer.texts.filter((text) => text !== "ping");
  expect(operations[0]).toContain('"op":"login"');
  expect(operations[1]).toContain('"op":"subscribe"');
});
