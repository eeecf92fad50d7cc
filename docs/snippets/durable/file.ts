import { DurableCursor } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";
import { SseConnection } from "hpx-transport/sse";

const cursor = new DurableCursor({ name: "fills", store: new FileCursorStore("./cursors") });

// Asking for the next fill says that the one before is done. The next run goes on after the last one that is done.
for await (const fill of SseConnection.open({ url: "https://example.com/fills", cursor })) {
  await book(fill.id, fill.data);
}

/** Your code. After a crash between it and the save, the event comes again: booking the same id twice must be safe. */
async function book(id: string, data: string): Promise<void> {
  console.log("booked", id, data);
}
