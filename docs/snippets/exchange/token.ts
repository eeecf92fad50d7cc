import { BearerAuth } from "hpx-transport";
import { SseConnection } from "hpx-transport/sse";

// Called for every attempt, and once more after a 401 before that counts.
const auth = new BearerAuth(async () => await freshToken());
for await (const order of SseConnection.open({ url: "https://example.com/orders", auth })) console.log(order.data);

async function freshToken(): Promise<string> {
  return `token-${Date.now()}`; // yours: from a cache, a file, an OAuth server
}
