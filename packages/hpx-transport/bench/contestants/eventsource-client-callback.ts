import { createEventSource } from "eventsource-client";
import { type Contestant, touch } from "./index.js";

const consume: Contestant = (url, count) =>
  new Promise((resolve) => {
    let events = 0;
    const source = createEventSource({
      url,
      onMessage: (event) => {
        if (touch(event) > 0) events += 1;
        if (events < count) return;
        source.close();
        resolve(events);
      },
    });
  });
export default consume;
