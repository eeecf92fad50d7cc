import { createClient } from "@redis/client";
import { DurableCursor } from "hpx-transport/durable";
import { RedisCursorStore } from "hpx-transport/durable/redis";
import { SseConnection } from "hpx-transport/sse";

const client = createClient({ url: process.env["REDIS_URL"] ?? "redis://127.0.0.1" });
client.on("error", (error) => console.error(error));
await client.connect();

const cursor = new DurableCursor({ name: "fills", store: new RedisCursorStore(client) });
for await (const fill of SseConnection.open({ url: "https://example.com/fills", cursor })) {
  await client.hSet("fills", fill.id, fill.data); // at least once: the same field twice is one fill
}
await cursor.flush();
console.log({ fills: await client.hLen("fills") });
client.destroy();
