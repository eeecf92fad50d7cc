import { KrakenWsHandler, WsConnection } from "hpx-transport/websocket";

await using connection = WsConnection.open({ url: "wss://example.com/v2", handler: new KrakenWsHandler() });
// Only the newest of each symbol is kept while this loop is busy; every book message waits instead.
const tickers = connection.handle.subscribe(["ticker:BTC/USD", "ticker:ETH/USD"], { overflow: "keep-latest" });
const book = connection.handle.subscribe("book:BTC/USD", { overflow: "wait" });
await Promise.all([tickers.ready, book.ready]);

for await (const batch of tickers.batches()) {
  console.log(batch.map(({ topic }) => topic).join(", "));
  break;
}
console.log((await book.next()).value?.topic);
