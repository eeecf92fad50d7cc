/** Reads the stream at `url` to its last event, number `count`, touching each event's text; resolves with how many came. */
export type Contestant = (url: string, count: number) => Promise<number>;

/** Who takes part, by name; the first is the measure of all others. Loaded one by one, so that none pays for another. */
export const contestants: Readonly<Record<string, () => Promise<{ default: Contestant }>>> = {
  "node:http + StringDecoder + eventsource-parser": () => import("./node-http.js"),
  "hpx-transport batches()": () => import("./hpx-batches.js"),
  "hpx-transport for await": () => import("./hpx-for-await.js"),
  "eventsource-client callback": () => import("./eventsource-client-callback.js"),
  "eventsource-client for await": () => import("./eventsource-client-for-await.js"),
  eventsource: () => import("./eventsource.js"),
  "fetch + EventSourceParserStream": () => import("./fetch-parser-stream.js"),
  "undici EventSource": () => import("./undici-event-source.js"),
  "floor: undici dispatch, discarding": () => import("./undici-floor.js"),
};

/** Uses an event's text, so that no client saves itself the work of making it. */
export function touch(event: { data: string; id?: string | undefined; event?: string | undefined }): number {
  return event.data.length + (event.id?.length ?? 0) + (event.event?.length ?? 0);
}
