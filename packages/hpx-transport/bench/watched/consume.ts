import { SseConnection, type SseOptions } from "hpx-transport/sse";
import { type Contestant, touch } from "../contestants/index.js";

/** Reads a stream by `for await`, with whatever watches it. */
export function consumeWith(watching: Partial<SseOptions>, open = SseConnection.open): Contestant {
  return async (url) => {
    let events = 0;
    for await (const event of open({ url, reconnect: false, ...watching })) if (touch(event) > 0) events += 1;
    return events;
  };
}
