import { DurableCursor } from "hpx-transport/durable";
import { FileCursorStore } from "hpx-transport/durable/file";
import { SseConnection, type SseEvent } from "hpx-transport/sse";

const store = new FileCursorStore("./cursors");
const cursor = new DurableCursor({ name: "orders", store, acknowledge: "manual", maxUnsaved: 1000 });
const working = new Set<Promise<void>>();

for await (const order of SseConnection.open({ url: "https://example.com/orders", cursor })) {
  const work = shipAndAcknowledge(order);
  working.add(work);
  void work.then(() => working.delete(work));
  if (working.size === 4) await Promise.race(working);
}
await Promise.all(working);
await cursor.flush();
console.log("saved up to", cursor.position.saved);

async function shipAndAcknowledge(order: SseEvent): Promise<void> {
  await ship(order);
  cursor.acknowledge(order); // in any order: the position moves over the unbroken beginning
}

async function ship({ data }: SseEvent): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, data.length)); // your code
}
