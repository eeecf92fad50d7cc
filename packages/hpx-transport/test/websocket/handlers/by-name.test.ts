import { wsHandlers } from "hpx-transport/websocket";
import { expect, test } from "vitest";
import { connect, startServer, texts } from "../support.js";

test.each(Object.entries(wsHandlers))(
  "%s: a new handler each time, which reads what is not its protocol",
  (_, make) => {
    const handler = make();
    expect(make()).not.toBe(handler);
    for (const data of ["", "no JSON", "null", "[]", "7", '{"id":null}', '{"x":{}}', new Uint8Array([255])]) {
      const reading = handler.read(data);
      for (const { kind } of Array.isArray(reading) ? reading : [reading]) expect(kind).not.toBe("update");
    }
  },
);

test.each(["generic", "json-rpc", "binance", "okx", "bybit", "kraken", "coinbase"] as const)(
  "%s: a connection without subscriptions delivers what comes",
  async (name) => {
    const server = await startServer();
    server.reply({ steps: [{ json: { hello: "you" } }], finish: "hold" });
    expect(await texts(await connect({ url: server.url, handler: wsHandlers[name]() }), 1)).toEqual([
      '{"hello":"you"}',
    ]);
  },
);
