import { DurableCursor, MemoryCursorStore } from "hpx-transport/durable";
import { SseConnection } from "hpx-transport/sse";

const store = new MemoryCursorStore();

// The first connection is left in the middle; the second one goes on where the work stood.
for (const count of [2, 3]) {
  const cursor = new DurableCursor({ name: "prices", store });
  for await (const { id, data, position = 0 } of SseConnection.open({ url: "https://example.com/prices", cursor })) {
    console.log(position, id, data);
    if (position < count) continue;
    break; // does not acknowledge the event in hand: it comes again
  }
}
