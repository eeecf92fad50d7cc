/**
 * Follows the trades of some symbols on an exchange that speaks as Binance does, over any break, and counts what is missing.
 *
 *     node examples/dist/ws-market.js wss://stream.binance.com/stream btcusdt ethusdt
 */
import { TransportError } from "hpx-transport";
import { BinanceWsHandler, WsConnection, type WsConnectionState } from "hpx-transport/websocket";

const [url, ...symbols] = process.argv.slice(2);
if (url === undefined || symbols.length === 0) {
  console.error("usage: ws-market URL SYMBOL...");
  process.exit(2);
}

// A handler gets the state changes. Reconnects and new subscriptions need no code; this handler only prints them.
class Visible extends BinanceWsHandler {
  onStateChange(state: WsConnectionState): void {
    if (state.status === "reconnecting") console.error(`reconnecting: ${state.error?.message}`);
    else console.error(state.status);
  }
}

const connection = WsConnection.open({ url, handler: new Visible() });
// close() ends the connection at once, in any state, and also the loop below.
process.once("SIGINT", () => void connection.close());

try {
  let gaps = 0;
  const trades = connection.handle.subscribe(symbols.map((symbol) => `${symbol}@trade`));
  for await (const { topic, value, gap } of trades) {
    if (gap !== undefined) gaps += 1;
    const { p: price, q: quantity } = value as { p: string; q: string };
    console.log(topic, price, quantity);
  }
  console.log(`${trades.stats.received} trades, ${gaps} gaps, ${connection.stats.reconnects} reconnects`);
} catch (error) {
  // Temporary failures were retried, so this error is final.
  if (!TransportError.is(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
