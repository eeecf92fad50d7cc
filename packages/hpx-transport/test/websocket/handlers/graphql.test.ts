// Messages in the form of https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md, with values of our own.
import { GraphQlTransportWsHandler } from "hpx-transport/websocket";
import { expect, test } from "vitest";
import { connect, rejection, startServer, take } from "../support.js";
import { INFO, messageOf, plain, read } from "./fixtures.js";

const PRICES = "subscription { prices }";

test("the subprotocol, and connection_init with its payload", async () => {
  const handler = new GraphQlTransportWsHandler({ connectionParams: () => ({ token: "t" }) });
  expect([handler.protocols, handler.renewable]).toEqual([["graphql-transport-ws"], true]);
  expect(await handler.authenticate(INFO)).toBe('{"type":"connection_init","payload":{"token":"t"}}');
  expect(await new GraphQlTransportWsHandler().authenticate(INFO)).toBe('{"type":"connection_init"}');
  expect(handler.judgeAuth(messageOf(handler, { type: "connection_ack" }))).toBe("ok");
  expect(handler.judgeAuth(messageOf(handler, { type: "ping" }))).toBeUndefined();
});

test("results go to the subscription or to the request of their id", () => {
  const handler = new GraphQlTransportWsHandler();
  expect(handler.subscribe([PRICES], "1")).toEqual([`{"id":"1","type":"subscribe","payload":{"query":"${PRICES}"}}`]);
  const result = { data: { prices: 1 } };
  expect(read(handler, { id: "1", type: "next", payload: result })).toEqual({
    kind: "update",
    topic: PRICES,
    value: result,
  });
  expect(read(handler, { id: "2", type: "next", payload: result })).toEqual({
    kind: "response",
    id: "2",
    value: result,
  });
  expect(read(handler, { id: "2", type: "complete" })).toMatchObject({ kind: "control" });
  expect(read(handler, { id: "1", type: "complete" })).toMatchObject({ kind: "system", ended: [PRICES] });
  expect(read(handler, { id: "1", type: "complete" })).toMatchObject({ kind: "control" });
});

test("an error refuses the subscription, or fails the request", () => {
  const handler = new GraphQlTransportWsHandler();
  handler.subscribe([PRICES], "1");
  const payload = [{ message: "Cannot query field", extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }];
  expect(read(handler, { id: "1", type: "error", payload })).toMatchObject({
    nacks: [{ topic: PRICES, code: "GRAPHQL_VALIDATION_FAILED", reason: "Cannot query field" }],
  });
  expect(plain(read(handler, { id: "9", type: "error", payload: "?" }))).toEqual({
    kind: "response",
    id: "9",
    value: "?",
    error: {},
  });
});

test("operations: a query, a query that begins with a brace, and JSON with variables", () => {
  const handler = new GraphQlTransportWsHandler();
  expect(handler.subscribe(["{ prices }"], "1")).toEqual([
    '{"id":"1","type":"subscribe","payload":{"query":"{ prices }"}}',
  ]);
  expect(handler.subscribe(['{"query":"subscription($a:ID){x}","variables":{"a":"1"}}'], "2")).toEqual([
    '{"id":"2","type":"subscribe","payload":{"query":"subscription($a:ID){x}","variables":{"a":"1"}}}',
  ]);
  expect(handler.request("{ me }", "3")).toBe('{"id":"3","type":"subscribe","payload":{"query":"{ me }"}}');
  expect(handler.request({ query: "{ me }" }, "4")).toBe('{"id":"4","type":"subscribe","payload":{"query":"{ me }"}}');
  expect(handler.unsubscribe(["{ prices }"], "5", () => undefined)).toEqual(['{"id":"1","type":"complete"}']);
  expect(handler.unsubscribe(["{ prices }"], "6", () => undefined)).toEqual([]);
});

test("pings in messages, or in frames", () => {
  const handler = new GraphQlTransportWsHandler();
  expect(handler.ping()).toBe('{"type":"ping"}');
  expect(new GraphQlTransportWsHandler({ pingMessages: false }).ping()).toBe("frame");
  expect(handler.pong(messageOf(handler, { type: "ping" }))).toBe('{"type":"pong"}');
  expect(handler.pong(messageOf(handler, { type: "pong" }))).toBeUndefined();
});

test.each([
  [4400, "BadRequest", false],
  [4401, "Unauthorized", false],
  [4403, "Forbidden", false],
  [4406, "SubprotocolNotAcceptable", false],
  [4408, "ConnectionInitialisationTimeout", true],
  [4409, "SubscriberAlreadyExists", true],
  [4429, "TooManyInitialisationRequests", false],
] as const)("close code %i is %s, retried: %s", (code, error, retryable) => {
  const verdict = new GraphQlTransportWsHandler().judgeClose(code);
  expect(verdict).toMatchObject({ error, code });
  expect((verdict as { retryable?: boolean }).retryable === true).toBe(retryable);
});

test("close codes of others keep their rule", () => {
  expect(new GraphQlTransportWsHandler().judgeClose(1006)).toBeUndefined();
});

test("over a socket: a query, a subscription that ends, one that fails, and one that is left", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    for await (const message of connection) {
      const { id, type, payload } = message.json() as { id: string; type: string; payload?: { query: string } };
      if (type === "connection_init") await connection.sendJson({ type: "connection_ack" });
      if (type !== "subscribe") continue;
      const query = payload?.query ?? "";
      if (query.includes("silent")) continue;
      if (query === "bad") await connection.sendJson({ id, type: "error", payload: [{ message: "Syntax Error" }] });
      else await connection.sendJson({ id, type: "next", payload: { data: { query } } });
      if (!query.startsWith("subscription { open")) await connection.sendJson({ id, type: "complete" });
    }
  });
  const { handle } = await connect({ url: server.url, handler: new GraphQlTransportWsHandler() });
  expect(await handle.request("{ me }")).toEqual({ data: { query: "{ me }" } });
  const ending = handle.subscribe("subscription { ending }");
  expect((await take(ending, 1))[0]?.value).toEqual({ data: { query: "subscription { ending }" } });
  expect((await ending.next()).done).toBe(true);
  expect(await rejection(handle.subscribe("bad").next())).toMatchObject({ code: "SUBSCRIPTION_FAILED" });
  const silent = handle.subscribe("subscription { silent }");
  // The protocol has no acknowledgement.
  await silent.ready;
  const open = handle.subscribe("subscription { open }");
  await take(open, 1);
  await open.close();
  const peer = await server.connection(1);
  await peer.wait("complete", () => peer.texts.at(-1)?.includes("complete") === true);
  expect([peer.protocol, peer.texts[0]]).toEqual(["graphql-transport-ws", '{"type":"connection_init"}']);
});

test("over a socket: 4403 is fatal and has its name", async () => {
  const server = await startServer();
  server.otherwise({ steps: [{ receive: 1 }, { close: 4403, reason: "Forbidden" }], finish: "hold" });
  const error = await rejection(connect({ url: server.url, handler: new GraphQlTransportWsHandler() }));
  expect(error).toMatchObject({ code: "WS_CLOSED", details: { code: 4403 } });
  expect(server.connectionCount).toBe(1);
});
