// Messages in the form of https://geth.ethereum.org/docs/interacting-with-geth/rpc/pubsub and
// https://solana.com/docs/rpc/websocket, with values of our own.
import { JsonRpcHandler } from "hpx-transport/websocket";
import { expect, test } from "vitest";
import { connect, QUICK, rejection, startServer, take } from "../support.js";
import { plain, read } from "./fixtures.js";

test("responses, errors, notifications and lists of them are read", () => {
  const handler = new JsonRpcHandler();
  expect(read(handler, { jsonrpc: "2.0", id: 1, result: null })).toEqual({ kind: "response", id: 1, value: null });
  const error = { code: -32_601, message: "the method x does not exist" };
  expect(plain(read(handler, { jsonrpc: "2.0", id: 2, error }))).toEqual({
    kind: "response",
    id: 2,
    value: error,
    error: { code: -32_601, reason: "the method x does not exist" },
  });
  expect(read(handler, { jsonrpc: "2.0", id: null, error })).toMatchObject({ kind: "system" });
  const update = { jsonrpc: "2.0", method: "eth_subscription", params: { subscription: "0x9c", result: { n: 1 } } };
  expect(read(handler, update)).toEqual({ kind: "update", subscription: "0x9c", value: { n: 1 } });
  expect(read(handler, [{ id: 1, result: 1 }, update])).toMatchObject([{ kind: "response" }, { kind: "update" }]);
  expect(read(handler, { method: "window/log", params: [1] })).toMatchObject({ kind: "system" });
  expect(read(handler, "nothing")).toMatchObject({ kind: "unknown" });
});

test("what may be a secret is left out of a reason", () => {
  const handler = new JsonRpcHandler();
  const error = { code: "BAD KEY", message: "key abcdefghij0123456789 is unknown" };
  expect(plain(read(handler, { id: 2, error }))).toMatchObject({ error: { reason: "key … is unknown" } });
});

test("Ethereum: the topic is the parameter of eth_subscribe, or a list of them", () => {
  const handler = new JsonRpcHandler();
  expect(handler.limits.topicsPerMessage).toBe(1);
  expect(handler.subscribe(["newHeads"], 1)).toEqual([
    '{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["newHeads"]}',
  ]);
  expect(handler.subscribe(['["logs",{"address":"0x1"}]'], 2)).toEqual([
    '{"jsonrpc":"2.0","id":2,"method":"eth_subscribe","params":["logs",{"address":"0x1"}]}',
  ]);
  expect(handler.unsubscribe(["newHeads"], 3, () => "0x9c")).toEqual([
    '{"jsonrpc":"2.0","id":3,"method":"eth_unsubscribe","params":["0x9c"]}',
  ]);
  expect(handler.unsubscribe(["newHeads"], 3, () => undefined)).toEqual([]);
});

test("Solana: the topic is the method, with parameters as a list", () => {
  const handler = new JsonRpcHandler({ dialect: "solana" });
  expect(handler.subscribe(["slotSubscribe"], 1)).toEqual([
    '{"jsonrpc":"2.0","id":1,"method":"slotSubscribe","params":[]}',
  ]);
  const topic = '["accountSubscribe","4Nd1",{"commitment":"finalized"}]';
  expect(handler.subscribe([topic], 2)).toEqual([
    '{"jsonrpc":"2.0","id":2,"method":"accountSubscribe","params":["4Nd1",{"commitment":"finalized"}]}',
  ]);
  expect(handler.unsubscribe([topic], 3, () => 24_040)).toEqual([
    '{"jsonrpc":"2.0","id":3,"method":"accountUnsubscribe","params":[24040]}',
  ]);
  const update = { method: "accountNotification", params: { subscription: 24_040, result: { context: { slot: 5 } } } };
  expect(read(handler, update)).toEqual({ kind: "update", subscription: 24_040, value: { context: { slot: 5 } } });
});

test("calls of your own", () => {
  const handler = new JsonRpcHandler({
    subscribe: (topic) => ({ method: "sub", params: { topic } }),
    unsubscribe: (subscription, topic) => ({ method: "unsub", params: { subscription, topic } }),
  });
  expect(handler.subscribe(["a"], 1)).toEqual(['{"jsonrpc":"2.0","id":1,"method":"sub","params":{"topic":"a"}}']);
  expect(handler.unsubscribe(["a"], 2, () => 7)).toEqual([
    '{"jsonrpc":"2.0","id":2,"method":"unsub","params":{"subscription":7,"topic":"a"}}',
  ]);
});

test("numbers in the text of a request stay as they are", () => {
  expect(new JsonRpcHandler().request('{"method":"m","params":[12345678901234567890]}', 7)).toBe(
    '{"jsonrpc":"2.0","id":7,"method":"m","params":[12345678901234567890]}',
  );
});

test("over a socket: the server's ids are mapped to topics, and mapped anew after a reconnect", async () => {
  const server = await startServer();
  let epoch = 0;
  server.otherwise(async (connection) => {
    epoch += 1;
    const ids = new Map<string, string>();
    for await (const message of connection) {
      const { id, method, params } = message.json() as { id: number; method: string; params: string[] };
      if (method === "eth_blockNumber") await connection.sendJson({ jsonrpc: "2.0", id, result: "0x10" });
      else if (method === "eth_subscribe") {
        const subscription = `0x${epoch}${params[0] as string}`;
        ids.set(params[0] as string, subscription);
        await connection.sendJson({ jsonrpc: "2.0", id, result: subscription });
        for (const [topic, of] of ids) {
          const update = { subscription: of, result: { topic, epoch } };
          await connection.sendJson({ jsonrpc: "2.0", method: "eth_subscription", params: update });
        }
      } else await connection.sendJson({ jsonrpc: "2.0", id, error: { code: -32_000, message: "reverted" } });
    }
  });
  const { handle } = await connect({ url: server.url, handler: new JsonRpcHandler(), reconnect: QUICK });
  expect(await handle.request({ method: "eth_blockNumber" })).toBe("0x10");
  expect(await rejection(handle.request({ method: "eth_call" }))).toMatchObject({ details: { code: -32_000 } });
  const heads = handle.subscribe("newHeads");
  await heads.ready;
  expect((await take(heads, 1))[0]?.value).toEqual({ topic: "newHeads", epoch: 1 });
  await server.disconnectAll("reset");
  const [again] = await take(heads, 1);
  expect(again).toMatchObject({ value: { topic: "newHeads", epoch: 2 }, gap: { reason: "reconnect" } });
  await heads.close();
  const second = await server.connection(2);
  await second.message(2);
  expect(second.texts.at(-1)).toContain('"method":"eth_unsubscribe","params":["0x2newHeads"]');
});
