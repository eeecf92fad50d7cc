import { EventSource } from "undici";
import { type Contestant, touch } from "./index.js";

const consume: Contestant = (url, count) =>
  new Promise((resolve) => {
    let events = 0;
    const source = new EventSource(url);
    source.addEventListener("trade", (message) => {
      const { data, lastEventId, type } = message as unknown as { data: string; lastEventId: string; type: string };
      if (touch({ data, id: lastEventId, event: type }) > 0) events += 1;
      if (events < count) return;
      source.close();
      resolve(events);
    });
  });
export default consume;
