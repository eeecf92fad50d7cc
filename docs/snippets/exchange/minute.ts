import { SseConnection } from "hpx-transport/sse";

await using connection = await SseConnection.connect({ url: "https://example.com/trades", lastEventId: "41" });
for await (const { event, data } of connection) {
  console.log(event, data);
  console.log("saved", connection.lastEventId); // start here next time
}
