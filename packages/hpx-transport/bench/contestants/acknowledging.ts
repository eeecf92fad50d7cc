import { type CursorStore, DurableCursor } from "hpx-transport/durable";
import { SseConnection } from "hpx-transport/sse";
import { type Contestant, touch } from "./index.js";

/** `for await` with a cursor: asking for the next event acknowledges the one before, and positions go to a store. */
export function acknowledging(storeOf: () => CursorStore): Contestant {
  let run = 0;
  return async (url) => {
    let events = 0;
    run += 1;
    const cursor = new DurableCursor({ name: `run ${run}`, store: storeOf() });
    for await (const event of SseConnection.open({ url, cursor, reconnect: false })) if (touch(event) > 0) events += 1;
    await cursor.flush();
    if (cursor.position.saved !== events) throw new Error(`${cursor.position.saved} of ${events} events are saved`);
    return events;
  };
}
