import { EventSource, type EventSourceErrorEvent } from "hpx-transport/eventsource";
import { equal, failureOf, within } from "../assert.js";
import { type Check, check } from "../check.js";
import { PROMPT } from "./tools.js";

export const eventSource: readonly Check[] = [
  check("EventSource dispatches open and the events, each with its data, id and origin", async ({ server }) => {
    const feed = await server.feed({ body: "id: 1\ndata: a\n\nevent: trade\ndata: b\n\n", finish: "hold" });
    const source = new EventSource(feed.url);
    const seen: unknown[] = [[source.readyState, source.url]];
    source.addEventListener("open", () => seen.push(source.readyState));
    source.addEventListener("message", ({ data, lastEventId, origin }) => seen.push([data, lastEventId, origin]));
    const trade = await next(source, "trade");
    seen.push([trade.data, trade.lastEventId, trade instanceof MessageEvent]);
    source.close();
    equal(seen, [[0, feed.url], 1, ["a", "1", new URL(feed.url).origin], ["b", "1", true]]);
    equal(source.readyState, EventSource.CLOSED);
    await feed.gone(1);
  }),
  check("EventSource dispatches an error event at a break, and resumes", async ({ server }) => {
    // When the connection breaks, a browser drops data that it has read and not delivered. The data comes again by id.
    const events = ["id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n", { delay: 100 }];
    const feed = await server.feed({ body: events, finish: "cut" }, { log: 3, finish: "hold" });
    const source = new EventSource(feed.url, { reconnect: PROMPT });
    const seen: unknown[] = [];
    source.addEventListener("error", ({ code }) => seen.push([source.readyState, code]));
    await new Promise<void>((resolve) => {
      source.addEventListener("message", ({ data }) => {
        seen.push(data);
        if (data === "3") resolve();
      });
    });
    source.close();
    equal(seen, ["1", "2", [0, "SSE_STREAM_ENDED"], "3"]);
  }),
  check("EventSource takes headers, and a 404 is its end", async ({ server }) => {
    const feed = await server.feed({ status: 404 });
    const source = new EventSource(feed.url, { headers: { "X-Api-Key": "k" } });
    const { error } = (await next(source, "error")) as EventSourceErrorEvent;
    equal([source.readyState, error?.code], [EventSource.CLOSED, "SSE_INVALID_STATUS"]);
    equal((await feed.requests())[0]?.headers["x-api-key"], "k");
  }),
  check("EventSource dispatches nothing after close() in a listener", async ({ server }) => {
    const feed = await server.feed({ log: 3, finish: "hold" });
    const source = new EventSource(feed.url);
    const seen: string[] = [];
    source.addEventListener("message", ({ data }) => {
      seen.push(data);
      source.close();
    });
    await feed.gone(1);
    equal(seen, ["1"]);
  }),
  check("an error of an EventSource listener is reported, and the other listeners run", async ({ server }) => {
    const feed = await server.feed({ log: 2, finish: "hold" });
    const mistake = new Error("a listener threw, as this check wants it to");
    const reported = nextReported();
    const source = new EventSource(feed.url);
    source.addEventListener("message", ({ data }) => {
      if (data === "1") throw mistake;
    });
    const seen: string[] = [];
    await new Promise<void>((resolve) => {
      source.addEventListener("message", ({ data }) => {
        seen.push(data);
        if (data === "2") resolve();
      });
    });
    source.close();
    equal(seen, ["1", "2"]);
    equal((await within(reported, "the report of what the listener threw")) === mistake, true, "what was reported");
  }),
  check(
    "EventSource resolves relative URLs where the runtime has a location, and refuses invalid URLs",
    async ({ can, server }) => {
      equal((await failureOf(() => new EventSource("http://127.0.0.1:99999/"))).name, "SyntaxError");
      if (!can.location) {
        equal((await failureOf(() => new EventSource("/relative"))).name, "SyntaxError");
        return;
      }
      const source = new EventSource("/relative?q=1");
      source.close();
      equal(source.url, `${server.origin}/relative?q=1`);
    },
  ),
];

function next(source: EventSource, type: string): Promise<MessageEvent> {
  return new Promise((resolve) => {
    source.addEventListener(type, resolve, { once: true });
  });
}

/** The uncaught errors that the runtime reports: an event of the global object, or of Node's process. */
function nextReported(): Promise<unknown> {
  const { process } = globalThis as { process?: { once?: (type: string, listener: (error: unknown) => void) => void } };
  return new Promise((resolve) => {
    process?.once?.("uncaughtException", resolve);
    const onError = (event: Event): void => {
      event.preventDefault();
      globalThis.removeEventListener("error", onError);
      resolve((event as ErrorEvent).error);
    };
    // Node has no such event.
    (globalThis as { addEventListener?: typeof addEventListener }).addEventListener?.("error", onError);
  });
}
