import { BearerAuth } from "hpx-transport";
import { SseConnection } from "hpx-transport/sse";

// Called for every attempt. After a 401 it is called once more before the attempt counts as failed.
const auth = new BearerAuth(async () => await freshToken());
for await (const order of SseConnection.open({ url: "https://example.com/orders", auth })) console.log(order.data);

async function freshToken(): Promise<string> {
  return `token-${Date.now()}`; // your code: read a cache, a file, an OAuth server
}
