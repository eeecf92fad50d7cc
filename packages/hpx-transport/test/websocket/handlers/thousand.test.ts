import { BinanceWsHandler } from "hpx-transport/websocket";
import { expect, test } from "vitest";
import { connect, QUICK, startServer } from "../support.js";

test("1,000 topics are subscribed to in one message a limit, and so they are after a reconnect", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    for await (const message of connection) {
      const { id } = message.json() as { id: number };
      await connection.sendJson({ result: null, id });
    }
  });
  const topics = Array.from({ length: 1000 }, (_, n) => `s${n}usdt@trade`);
  const handler = new BinanceWsHandler({ messagesPerSecond: 1000 });
  const { handle } = await connect({ url: server.url, handler, reconnect: QUICK });
  await handle.subscribe(topics).ready;
  await server.disconnectAll("reset");
  for (const n of [1, 2]) {
    const peer = await server.connection(n);
    await peer.message(5);
    const calls = peer.messages.map((message) => message.json() as { method: string; params: string[] });
    expect(calls.map(({ method, params }) => [method, params.length])).toEqual(
      Array.from({ length: 5 }, () => ["SUBSCRIBE", 200]),
    );
    expect(calls.flatMap(({ params }) => params)).toEqual(topics);
  }
});
