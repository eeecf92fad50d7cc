import { SseConnection } from "hpx-transport/sse";

const connection = SseConnection.open({
  url: "https://example.com/ticks",
  overflow: "drop-oldest", // for quotes: the newest counts. For orders and fills leave the default, "wait"
  eventCapacity: 1000,
});

// All that has arrived since the last turn, as one array.
for await (const ticks of connection.stream.batches()) {
  console.log(ticks.length, "ticks, the newest:", ticks.at(-1)?.data, "dropped:", connection.handle.stats.dropped);
}
