// The feed that each server serves: the events of a log that outlives the process, so that a restarted server goes on.
// A server is started as `node servers/NAME.mjs PORT LAST`.
import { setTimeout as pause } from "node:timers/promises";

export const port = Number(process.argv[2]);

/** The number of the last event. */
const last = Number(process.argv[3]);

/** Milliseconds between two events. They make the stream long enough to be cut in the middle. */
const PACE = 2;

/**
 * The events after the one with this number. The stream then stays open and silent: a proxy that holds back the last
 * events, until more come or the stream ends, never delivers them.
 */
export async function* itemsAfter(id) {
  for (let n = (Number(id) || 0) + 1; n <= last; n += 1) {
    await pause(PACE);
    yield { n, text: `Grüße ${n}` };
  }
  await new Promise(() => {});
}

/** As {@link itemsAfter}, but it returns after the last event. For a protocol that has an end. */
export async function* finiteItemsAfter(id) {
  for await (const item of itemsAfter(id)) {
    yield item;
    if (item.n === last) return;
  }
}
