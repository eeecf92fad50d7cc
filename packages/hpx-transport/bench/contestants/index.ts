/** Reads the stream at `url` to its last event, number `count`, touching each event's text; resolves with how many came. */
export type Contestant = (url: string, count: number) => Promise<number>;

async function eventSource(peer: Promise<{ readonly EventSource: unknown }>): Promise<{ default: Contestant }> {
  const [{ readWith }, { EventSource }] = await Promise.all([import("./event-source.js"), peer]);
  return { default: readWith(EventSource) };
}

/** Who takes part, by name. Loaded one by one, so that none pays for another. */
const load = {
  "node:http + StringDecoder + eventsource-parser": () => import("./node-http.js"),
  "node:https + StringDecoder + eventsource-parser": () => import("./node-http.js"),
  "node:http2 + StringDecoder + eventsource-parser": () => import("./node-http2.js"),
  "hpx-transport batches()": () => import("./hpx-batches.js"),
  "hpx-transport for await": () => import("./hpx-for-await.js"),
  "hpx-transport for await + cursor in memory": () => import("./hpx-durable-memory.js"),
  "hpx-transport for await + cursor in a file": () => import("./hpx-durable-file.js"),
  "hpx-transport http2, batches()": () => import("./hpx-http2-batches.js"),
  "hpx-transport http2, for await": () => import("./hpx-http2-for-await.js"),
  "eventsource-client callback": () => import("./eventsource-client-callback.js"),
  "eventsource-client for await": () => import("./eventsource-client-for-await.js"),
  "eventsource 4": () => eventSource(import("eventsource")),
  "eventsource 5": () => eventSource(import("eventsource5")),
  "fetch + EventSourceParserStream": () => import("./fetch-parser-stream.js"),
  "undici 7 EventSource": () => eventSource(import("undici")),
  "undici 8 EventSource": () => eventSource(import("undici8")),
  "floor: undici dispatch, discarding": () => import("./undici-floor.js"),
};
export const contestants: Readonly<Record<string, () => Promise<{ default: Contestant }>>> = load;

/** eventsource 5 and undici 8, the current majors, need Node 22.19. */
export const hasCurrentNode: boolean = Number(process.versions.node.split(".")[0]) > 22;

/** Whom each kind of connection can compare; the first is the measure of all others. */
export const fields = {
  http: [
    "node:http + StringDecoder + eventsource-parser",
    "hpx-transport batches()",
    "hpx-transport for await",
    "eventsource-client callback",
    "eventsource-client for await",
    hasCurrentNode ? "eventsource 5" : "eventsource 4",
    "fetch + EventSourceParserStream",
    hasCurrentNode ? "undici 8 EventSource" : "undici 7 EventSource",
    "floor: undici dispatch, discarding",
  ],
  durable: [
    "hpx-transport for await",
    "hpx-transport for await + cursor in memory",
    "hpx-transport for await + cursor in a file",
  ],
  https: [
    "node:https + StringDecoder + eventsource-parser",
    "hpx-transport batches()",
    "hpx-transport for await",
    "eventsource-client callback",
  ],
  http2: [
    "node:http2 + StringDecoder + eventsource-parser",
    "hpx-transport http2, batches()",
    "hpx-transport http2, for await",
  ],
} satisfies Readonly<Record<string, readonly (keyof typeof load)[]>>;

/** Streams of the one HTTP/2 session, which share the events. */
export const STREAMS = 50;

/** Uses an event's text, so that no client saves itself the work of making it. */
export function touch(event: { data: string; id?: string | undefined; event?: string | undefined }): number {
  return event.data.length + (event.id?.length ?? 0) + (event.event?.length ?? 0);
}
