import { ApiKeyAuth } from "hpx-transport";
import { SseConnection } from "hpx-transport/sse";

const saved = "41"; // the id that you saved last time, or "" to begin
const connection = await SseConnection.connect({
  url: "https://example.com/trades",
  auth: ApiKeyAuth.header("X-Api-Key", process.env["API_KEY"] ?? "demo"), // runs anew for every attempt
  lastEventId: saved,
  idleTimeout: 45_000, // this feed promises heartbeats
});

for await (const trade of connection) {
  console.log(trade.event, trade.data);
  // Save this after the event is dealt with: it is the id of the last one that you were handed.
  console.log("saved", connection.handle.lastEventId);
}
