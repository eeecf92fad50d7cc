import type { Forgetting } from "../log.js";
import type { NatsLink } from "./connection.js";
import type { StreamInfo } from "./stream.js";

/** The longest and the shortest time between two looks, in milliseconds. */
const LONGEST_INTERVAL = 60_000;
const SHORTEST_INTERVAL = 250;

/** How long what is known of the stream is good enough, in milliseconds. */
const FRESH = 10_000;

/**
 * A stream deletes messages by age, and by its limits. A last message fades when it has half of the age, or is in the oldest
 * quarter of a stream with limits. `maxAge`: in milliseconds; 0: none.
 */
export function forgettingOf(link: NatsLink, stream: string, maxAge: number): Forgetting {
  let known: { readonly at: number; readonly oldest: number } | undefined;

  /** Messages before this position are in the oldest quarter. */
  async function oldestQuarter(): Promise<number> {
    if (known !== undefined && Date.now() - known.at < FRESH) return known.oldest;
    const info = await link.api<StreamInfo>(`STREAM.INFO.${stream}`);
    if ("error" in info) return 0;
    const { config, state } = info;
    const isLimited = (config.max_msgs ?? -1) > 0 || (config.max_bytes ?? -1) > 0;
    const oldest = isLimited ? state.first_seq + (state.last_seq - state.first_seq) / 4 : 0;
    known = { at: Date.now(), oldest };
    return oldest;
  }

  return {
    interval: maxAge === 0 ? LONGEST_INTERVAL : Math.max(SHORTEST_INTERVAL, Math.min(LONGEST_INTERVAL, maxAge / 8)),
    isFading: async ({ pos, at }) => (maxAge > 0 && Date.now() - at > maxAge / 2) || pos < (await oldestQuarter()),
  };
}
