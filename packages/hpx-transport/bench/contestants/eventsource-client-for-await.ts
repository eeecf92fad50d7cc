import { createEventSource } from "eventsource-client";
import { type Contestant, touch } from "./index.js";

const consume: Contestant = async (url, count) => {
  let events = 0;
  const source = createEventSource(url);
  for await (const event of source) {
    if (touch(event) > 0) events += 1;
    if (events === count) break;
  }
  source.close();
  return events;
};
export default consume;
