import { DurableCursor } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";
import { SseConnection } from "hpx-transport/sse";

// Saved a moment after the work, never before it; `saveEvery: 1` saves after each fill.
const cursor = new DurableCursor({ name: "fills", store: new FileCursorStore("./cursors"), saveEvery: 1 });
for await (const fill of SseConnection.open({ url: "https://example.com/fills", cursor })) {
  await book(fill.id, fill.data);
}

/** Your code. After a crash between it and the save, the event comes again: booking the same id twice must be safe. */
async function book(id: string, data: string): Promise<void> {
  console.log("booked", id, data);
}
