// Messages in the form of https://docs.deribit.com (JSON-RPC, subscriptions, session management, authentication), with values
// of our own.
import { DeribitWsHandler } from "hpx-transport/websocket";
import { expect, test } from "vitest";
import { connect, rejection, startServer, take } from "../support.js";
import { INFO, messageOf, plain, read } from "./fixtures.js";

const BOOK = "book.BTC-PERPETUAL.100ms";
const book = (data: object): object => ({ jsonrpc: "2.0", method: "subscription", params: { channel: BOOK, data } });
const TOKEN = { access_token: "1582.token", expires_in: 900, refresh_token: "1582.refresh", token_type: "bearer" };

test("updates, responses and errors are read", () => {
  const handler = new DeribitWsHandler();
  expect(read(handler, book({ change_id: 1 }))).toEqual({ kind: "update", topic: BOOK, value: { change_id: 1 } });
  expect(read(handler, { jsonrpc: "2.0", id: 5, result: 9, usIn: 1, usOut: 2, usDiff: 1, testnet: true })).toEqual({
    kind: "response",
    id: 5,
    value: 9,
  });
  const error = { code: 13_009, message: "unauthorized", data: { reason: "invalid_token" } };
  expect(plain(read(handler, { jsonrpc: "2.0", id: 6, error }))).toEqual({
    kind: "response",
    id: 6,
    value: error,
    error: { code: 13_009, reason: "unauthorized" },
  });
  expect(read(handler, "?")).toMatchObject({ kind: "unknown" });
});

test("a subscription is public or private; channels that the answer leaves out are refused", () => {
  const handler = new DeribitWsHandler();
  expect(handler.subscribe(["a", "b"], 1)).toBe(
    '{"jsonrpc":"2.0","id":1,"method":"public/subscribe","params":{"channels":["a","b"]}}',
  );
  expect(handler.subscribe(["user.trades.any.any.raw"], 2)).toContain('"method":"private/subscribe"');
  expect(handler.unsubscribe(["a"], 3)).toContain('"method":"public/unsubscribe","params":{"channels":["a"]}');
  expect(read(handler, { jsonrpc: "2.0", id: 1, result: ["a"] })).toMatchObject({
    acks: ["a"],
    nacks: [{ topic: "b" }],
  });
  // The call is answered: the same id later is no answer to it.
  expect(read(handler, { jsonrpc: "2.0", id: 1, result: ["a"] })).not.toHaveProperty("nacks");
});

test("the server is asked for heartbeats, and its test request is answered", () => {
  const handler = new DeribitWsHandler({ heartbeat: 10 });
  expect(handler.hello()).toBe('{"jsonrpc":"2.0","id":"hpx","method":"public/set_heartbeat","params":{"interval":10}}');
  const request = { jsonrpc: "2.0", method: "heartbeat", params: { type: "test_request" } };
  expect(read(handler, request)).toMatchObject({ kind: "control" });
  expect(handler.pong(messageOf(handler, request))).toBe(
    '{"jsonrpc":"2.0","id":"hpx","method":"public/test","params":{}}',
  );
  expect(handler.pong(messageOf(handler, { method: "heartbeat", params: { type: "heartbeat" } }))).toBeUndefined();
  expect(read(handler, { jsonrpc: "2.0", id: "hpx", result: "ok" })).toMatchObject({ kind: "control" });
  expect(() => new DeribitWsHandler({ heartbeat: 9 })).toThrow("heartbeat: 9 cannot be used");
});

test("credentials in either form; a token is success, an error a refusal", async () => {
  const handler = new DeribitWsHandler({ credentials: { client_id: "me", client_secret: "s" } });
  expect(await handler.authenticate(INFO)).toBe(
    '{"jsonrpc":"2.0","id":77,"method":"public/auth","params":{"grant_type":"client_credentials","client_id":"me","client_secret":"s"}}',
  );
  const refreshed = new DeribitWsHandler({ credentials: () => ({ refresh_token: "r" }) });
  expect(await refreshed.authenticate(INFO)).toContain('"params":{"grant_type":"refresh_token","refresh_token":"r"}');
  expect([handler.renewable, refreshed.renewable]).toEqual([false, true]);
  const answer = { jsonrpc: "2.0", id: 77 };
  expect(handler.judgeAuth?.(messageOf(handler, { ...answer, result: TOKEN }))).toBe("ok");
  expect(handler.judgeAuth?.(messageOf(handler, { ...answer, error: { code: 13_004 } }))).toBe("refused");
  expect(handler.judgeAuth?.(messageOf(handler, book({})))).toBeUndefined();
  expect(new DeribitWsHandler().judgeAuth).toBeUndefined();
  expect(await new DeribitWsHandler().authenticate(INFO)).toBeUndefined();
});

test("a book's change ids; a jump asks for a snapshot", () => {
  const handler = new DeribitWsHandler();
  const snapshot = messageOf(handler, book({ type: "snapshot", change_id: 10 }));
  expect(handler.sequence(snapshot)).toEqual({ stream: BOOK, last: 10, restart: true });
  const change = messageOf(handler, book({ type: "change", change_id: 12, prev_change_id: 10 }));
  expect(handler.sequence(change)).toEqual({ stream: BOOK, last: 12, previous: 10 });
  expect(handler.sequence(messageOf(handler, book({ price: 1 })))).toBeUndefined();
  expect(handler.judgeGap({ topic: BOOK, reason: "sequence", missing: "unknown" })).toBe("resubscribe");
  expect(handler.judgeGap({ topic: BOOK, reason: "reconnect", missing: "unknown" })).toBeUndefined();
  expect(handler.judgeGap({ topic: "trades.x.raw", reason: "sequence", missing: 1 })).toBeUndefined();
});

test("over a socket: heartbeat, authentication, a jump in the book and its snapshot", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    let subscribed = 0;
    for await (const message of connection) {
      const { id, method, params } = message.json() as { id: number; method: string; params: { channels?: string[] } };
      if (method === "public/auth") await connection.sendJson({ jsonrpc: "2.0", id, result: TOKEN });
      else if (method.endsWith("subscribe")) await connection.sendJson({ jsonrpc: "2.0", id, result: params.channels });
      else await connection.sendJson({ jsonrpc: "2.0", id, result: "ok" });
      if (method !== "public/subscribe") continue;
      subscribed += 1;
      await connection.sendJson(book({ type: "snapshot", change_id: subscribed * 100 }));
      if (subscribed > 1) continue;
      await connection.sendJson({ jsonrpc: "2.0", method: "heartbeat", params: { type: "test_request" } });
      await connection.sendJson(book({ type: "change", change_id: 105, prev_change_id: 103 }));
    }
  });
  const handler = new DeribitWsHandler({ credentials: { client_id: "me", client_secret: "s" } });
  const { handle } = await connect({ url: server.url, handler });
  const subscription = handle.subscribe(BOOK);
  const messages = await take(subscription, 3);
  expect(messages.map(({ value }) => (value as { change_id: number }).change_id)).toEqual([100, 105, 200]);
  expect(messages[1]?.gap).toMatchObject({ reason: "sequence" });
  const methods = (await server.connection(1)).messages.map((message) => (message.json() as { method: string }).method);
  expect(methods.slice(0, 3)).toEqual(["public/set_heartbeat", "public/auth", "public/subscribe"]);
  expect(methods).toContain("public/test");
});

test("over a socket: refused credentials end the connection with AUTH, and a function is asked once more", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    for await (const message of connection) {
      const { id, method } = message.json() as { id: number; method: string };
      const error = { code: 13_004, message: "invalid_credentials" };
      await connection.sendJson(
        method === "public/auth" ? { jsonrpc: "2.0", id, error } : { jsonrpc: "2.0", id, result: "ok" },
      );
    }
  });
  let asked = 0;
  const credentials = (): { client_id: string; client_secret: string } => {
    asked += 1;
    return { client_id: "me", client_secret: `secret${asked}` };
  };
  const handler = new DeribitWsHandler({ credentials });
  const error = await rejection(connect({ url: server.url, handler }));
  expect(error).toMatchObject({ code: "AUTH" });
  expect(String(error)).not.toContain("secret");
  expect(asked).toBe(2);
});
