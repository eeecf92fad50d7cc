/** The number of the last event of the feed; the first is 1. */
export const LAST = 600;

/** An event of the feed, as `servers/feed.mjs` makes it. */
export interface Item {
  readonly n: number;
  readonly text: string;
}

/** The text that an event must arrive with. It has a character of two bytes. */
export function textOf(n: number): string {
  return `Grüße ${n}`;
}
