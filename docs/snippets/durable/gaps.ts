import { DurableCursor } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";
import { SseConnection } from "hpx-transport/sse";

const cursor = new DurableCursor({
  name: "book",
  store: new FileCursorStore("./cursors"),
  // The deltas of an order book: each begins after the end of the one before, for each instrument on its own.
  continuity: {
    range: ({ data }) => JSON.parse(data) as { from: number; to: number },
    key: ({ event }) => event,
  },
  onGap: ({ kind, count, key, after, before }) => console.log(kind, count, key, `${after} -> ${before}`),
});

for await (const { data } of SseConnection.open({ url: "https://example.com/book", cursor })) console.log(data);
