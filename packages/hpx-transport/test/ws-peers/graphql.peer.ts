// graphql-ws's own server, on ws.
import { expect, test } from "vitest";
import { GraphQlTransportWsHandler, type WsHandle } from "../../src/websocket/index.js";
import { eventually, rejection } from "../support/promises.js";
import { connect, startNode, take } from "./support.js";

/** How many subscriptions have ended at the server. */
async function ended(handle: WsHandle): Promise<number> {
  const { data } = await handle.request<{ data: { ended: number } }>("{ ended }");
  return data.ended;
}

test("a query, a query with variables, an error of a resolver, and one of the query itself", async () => {
  const { url } = await startNode("graphql.mjs");
  const { handle } = await connect({ url, handler: new GraphQlTransportWsHandler() });
  expect(await handle.request('{ hello(name: "you") }')).toEqual({ data: { hello: "hello you" } });
  const query = "query($name: String) { hello(name: $name) }";
  expect(await handle.request({ query, variables: { name: "é" } })).toEqual({ data: { hello: "hello é" } });
  expect(await handle.request("{ fail }")).toMatchObject({ data: { fail: null }, errors: [{ message: "it failed" }] });
  const error = await rejection(handle.request("{ nothing }"));
  expect(error).toMatchObject({ code: "REQUEST_FAILED", details: { response: [{ message: expect.any(String) }] } });
});

test("a subscription delivers every result and ends; one that is left is completed at the server", async () => {
  const peer = await startNode("graphql.mjs");
  const { handle } = await connect({ url: peer.url, handler: new GraphQlTransportWsHandler() });
  const values: unknown[] = [];
  for await (const { value } of handle.subscribe("subscription { count(to: 1000) }")) values.push(value);
  expect(values).toEqual(Array.from({ length: 1000 }, (_, n) => ({ data: { count: n + 1 } })));
  const endless = handle.subscribe(
    '{"query":"subscription($to: Int!) { count(to: $to) }","variables":{"to":1000000000}}',
    // It is not read on: a full buffer would pause the socket, and no request would be answered.
    { overflow: "drop-oldest" },
  );
  await take(endless, 10);
  const before = await ended(handle);
  await endless.close();
  await eventually("the generator's end", async () => (await ended(handle)) === before + 1);
  expect(await rejection(handle.subscribe("subscription { nothing }").next())).toMatchObject({
    code: "SUBSCRIPTION_FAILED",
  });
});

test("subscriptions come back after a reconnect, with their gap", async () => {
  const peer = await startNode("graphql.mjs");
  const { handle } = await connect({ url: peer.url, handler: new GraphQlTransportWsHandler() });
  const subscription = handle.subscribe("subscription { count(to: 1000000000) }");
  await take(subscription, 5);
  const cutter = await connect({ url: peer.url, handler: new GraphQlTransportWsHandler(), reconnect: false });
  await rejection(cutter.handle.request("{ cut }"));
  // It is read on: a full buffer would pause the socket, and a paused socket notices no break.
  for (;;) {
    const [message] = await take(subscription, 1);
    if (message?.epoch !== 2) continue;
    expect(message).toMatchObject({ value: { data: { count: 1 } }, gap: { reason: "reconnect" } });
    break;
  }
});

test("connection_init is refused with 4403, which is fatal; pings in messages keep a quiet connection", async () => {
  const { url } = await startNode("graphql.mjs");
  const wrong = new GraphQlTransportWsHandler({ connectionParams: { token: "wrong" } });
  expect(await rejection(connect({ url, handler: wrong }))).toMatchObject({
    code: "WS_CLOSED",
    details: { code: 4403 },
  });
  const handler = new GraphQlTransportWsHandler({ connectionParams: () => ({ token: "right" }) });
  const { handle } = await connect({ url, handler, pingInterval: 20, pongTimeout: 2000 });
  // Without pongs it would be over after 2020 ms.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect([handle.epoch, handle.state.status]).toEqual([1, "connected"]);
});
