import type { ServerSentEvent } from "sseer";
import type { Chance } from "./chance.js";

const TEXTS = ["tick", "é", "日本語", "🙂", " leading", "a:b", "\u{feff}bom", "two\nlines", ""] as const;

/** The next event of the feed: mostly small, sometimes large, with every kind of text that a cut may land in. */
export function nextEvent(chance: Chance): Partial<ServerSentEvent> & { data: string } {
  const word = TEXTS[chance.between(0, TEXTS.length - 1)] as string;
  const times = chance.oneIn(50) ? chance.between(40, 150) : chance.between(1, 12);
  return {
    data: word.repeat(times),
    ...(chance.oneIn(3) && { event: chance.oneIn(2) ? "trade" : "quote" }),
    // The reconnection time never shortens the waits below those that are checked.
    ...(chance.oneIn(200) && { retry: chance.between(0, 40) }),
  };
}
