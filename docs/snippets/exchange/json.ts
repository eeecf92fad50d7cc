import { SseConnection } from "hpx-transport/sse";
import { z } from "zod"; // or any other Standard Schema library

const Trade = z.object({ price: z.number() });
for await (const { id, json } of SseConnection.open("https://example.com/prices").json(Trade)) {
  console.log(id, json.price.toFixed(2));
}
