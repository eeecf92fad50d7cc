import { BinanceWsHandler, WsConnection } from "hpx-transport/websocket";

await using connection = await WsConnection.connect({
  url: "wss://example.com/stream",
  handler: new BinanceWsHandler(),
});
const trades = connection.handle.subscribe(["btcusdt@trade", "ethusdt@trade"]);
await trades.ready; // the server has acknowledged both

for await (const { topic, value, gap } of trades) {
  if (gap !== undefined) console.log("missing before this one:", gap.reason, gap.missing);
  console.log(topic, (value as { p: string }).p);
}
