import { SseConnection } from "hpx-transport/sse";
import { type Contestant, touch } from "./index.js";

const consume: Contestant = async (url) => {
  let events = 0;
  for await (const batch of SseConnection.open({ url, reconnect: false }).stream.batches()) {
    for (const event of batch) if (touch(event) > 0) events += 1;
  }
  return events;
};
export default consume;
