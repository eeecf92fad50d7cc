import { EventSource } from "eventsource";
import { type Contestant, touch } from "./index.js";

const consume: Contestant = (url, count) =>
  new Promise((resolve) => {
    let events = 0;
    const source = new EventSource(url);
    source.addEventListener("trade", ({ data, lastEventId, type }) => {
      if (touch({ data: String(data), id: lastEventId, event: type }) > 0) events += 1;
      if (events < count) return;
      source.close();
      resolve(events);
    });
  });
export default consume;
