import { SseConnection } from "hpx-transport/sse";

const connection = SseConnection.open({
  url: "https://example.com/ticks",
  overflow: "drop-oldest", // for quotes, where only the newest matters; for orders and fills keep the default, "wait"
  eventCapacity: 1000,
});

// Each turn gets an array of all events since the last turn.
for await (const ticks of connection.batches()) {
  console.log(ticks.length, "ticks, the newest:", ticks.at(-1)?.data, "dropped:", connection.stats.dropped);
}
