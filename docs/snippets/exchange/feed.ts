import { ApiKeyAuth } from "hpx-transport";
import { SseConnection } from "hpx-transport/sse";

const saved = "41"; // the id that you saved last time, or "" for a new start
const connection = await SseConnection.connect({
  url: "https://example.com/trades",
  auth: ApiKeyAuth.header("X-Api-Key", process.env["API_KEY"] ?? "demo"), // runs again for every attempt
  lastEventId: saved,
  idleTimeout: 45_000, // this feed promises heartbeats
});

for await (const trade of connection) {
  console.log(trade.event, trade.data);
  // Save this id after you have processed the event: it is the id of the last event that you received.
  console.log("saved", connection.lastEventId);
}
