import { UndiciClient } from "hpx-transport/http";
import { SseConnection, type SseStream } from "hpx-transport/sse";
import { type Contestant, STREAMS, touch } from "./index.js";

const client = new UndiciClient({ http2: true });

const consume: Contestant = async (url, count) => {
  const each = new URL(url);
  each.searchParams.set("count", String(count / STREAMS));
  const open = (): Promise<number> => read(SseConnection.open({ url: each, client, reconnect: false }).stream);
  const counts = await Promise.all(Array.from({ length: STREAMS }, open));
  return counts.reduce((sum, one) => sum + one, 0);
};
export default consume;

async function read(stream: SseStream): Promise<number> {
  let events = 0;
  for await (const batch of stream.batches()) {
    for (const event of batch) if (touch(event) > 0) events += 1;
  }
  return events;
}
