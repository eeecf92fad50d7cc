// graphql-ws's own server, on ws.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { expect, onTestFinished, test } from "vitest";
import { GraphQlTransportWsHandler } from "../../src/websocket/index.js";
import { eventually, rejection } from "../support/promises.js";
import { connect, take } from "./support.js";

async function* countTo(to: number, onEnd: () => void): AsyncGenerator<{ count: number }> {
  try {
    for (let count = 1; count <= to; count += 1) {
      yield { count };
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    onEnd();
  }
}

interface Peer {
  readonly url: string;
  /** How many subscriptions have ended. */
  readonly ended: () => number;
  /** Cuts every connection. */
  readonly cut: () => void;
}

async function startPeer(): Promise<Peer> {
  let ended = 0;
  const to = { to: { type: new GraphQLNonNull(GraphQLInt) } };
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: "Query",
      fields: {
        hello: {
          type: GraphQLString,
          args: { name: { type: GraphQLString } },
          resolve: (_, { name }) => `hello ${name}`,
        },
        fail: { type: GraphQLString, resolve: () => Promise.reject(new Error("it failed")) },
      },
    }),
    subscription: new GraphQLObjectType({
      name: "Subscription",
      fields: {
        count: { type: GraphQLInt, args: to, subscribe: (_, args) => countTo(args["to"], () => (ended += 1)) },
      },
    }),
  });
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  const onConnect = ({ connectionParams }: { connectionParams?: Record<string, unknown> }): boolean =>
    connectionParams?.["token"] !== "wrong";
  const { dispose } = useServer({ schema, onConnect }, server);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(async () => {
    await dispose();
    http.closeAllConnections();
    http.close();
  });
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    ended: () => ended,
    cut: () => {
      for (const socket of server.clients) socket.terminate();
    },
  };
}

test("a query, a query with variables, an error of a resolver, and one of the query itself", async () => {
  const { url } = await startPeer();
  const { handle } = await connect({ url, handler: new GraphQlTransportWsHandler() });
  expect(await handle.request('{ hello(name: "you") }')).toEqual({ data: { hello: "hello you" } });
  const query = "query($name: String) { hello(name: $name) }";
  expect(await handle.request({ query, variables: { name: "é" } })).toEqual({ data: { hello: "hello é" } });
  expect(await handle.request("{ fail }")).toMatchObject({ data: { fail: null }, errors: [{ message: "it failed" }] });
  const error = await rejection(handle.request("{ nothing }"));
  expect(error).toMatchObject({ code: "REQUEST_FAILED", details: { response: [{ message: expect.any(String) }] } });
});

test("a subscription delivers every result and ends; one that is left is completed at the server", async () => {
  const peer = await startPeer();
  const { handle } = await connect({ url: peer.url, handler: new GraphQlTransportWsHandler() });
  const values: unknown[] = [];
  for await (const { value } of handle.subscribe("subscription { count(to: 1000) }")) values.push(value);
  expect(values).toEqual(Array.from({ length: 1000 }, (_, n) => ({ data: { count: n + 1 } })));
  const endless = handle.subscribe(
    '{"query":"subscription($to: Int!) { count(to: $to) }","variables":{"to":1000000000}}',
  );
  await take(endless, 10);
  const before = peer.ended();
  await endless.close();
  await eventually("the generator's end", () => peer.ended() === before + 1);
  expect(await rejection(handle.subscribe("subscription { nothing }").next())).toMatchObject({
    code: "SUBSCRIPTION_FAILED",
  });
});

test("subscriptions come back after a reconnect, with their gap", async () => {
  const peer = await startPeer();
  const { handle } = await connect({ url: peer.url, handler: new GraphQlTransportWsHandler() });
  const subscription = handle.subscribe("subscription { count(to: 1000000000) }");
  await take(subscription, 5);
  peer.cut();
  await eventually("the second connection", () => handle.epoch === 2);
  for (;;) {
    const [message] = await take(subscription, 1);
    if (message?.epoch !== 2) continue;
    expect(message).toMatchObject({ value: { data: { count: 1 } }, gap: { reason: "reconnect" } });
    break;
  }
});

test("connection_init is refused with 4403, which is fatal; pings in messages keep a quiet connection", async () => {
  const { url } = await startPeer();
  const wrong = new GraphQlTransportWsHandler({ connectionParams: { token: "wrong" } });
  expect(await rejection(connect({ url, handler: wrong }))).toMatchObject({
    code: "WS_CLOSED",
    details: { code: 4403 },
  });
  const handler = new GraphQlTransportWsHandler({ connectionParams: () => ({ token: "right" }) });
  const { handle } = await connect({ url, handler, pingInterval: 20, pongTimeout: 200 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect([handle.epoch, handle.state.status]).toEqual([1, "connected"]);
});
