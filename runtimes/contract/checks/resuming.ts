import { equal, truthy } from "../assert.js";
import { type Check, check } from "../check.js";
import { drain, numbers, PROMPT, take, takeData, using } from "./tools.js";

/** The positions at which the server cuts the connections, one after another, in bytes of the body. */
const CUTS = [1, 17, 40, 41, 63, 100, 128, 151, 3, 200];

export const resuming: readonly Check[] = [
  check("with cuts anywhere every event arrives once, in order, by Last-Event-ID", async ({ server }) => {
    const cut = CUTS.map((finishAfter) => ({ log: 60, finish: "cut" as const, finishAfter }));
    const feed = await server.feed(...cut, { log: 60 });
    equal(await drain({ url: feed.url, reconnect: PROMPT }), numbers(60));
    truthy((await feed.requests()).length > CUTS.length, "each cut led to a reconnect");
  }),
  check("a clean end is resumed, too", async ({ server }) => {
    const feed = await server.feed({ body: "id: 7\ndata: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
    equal(await using({ url: feed.url, reconnect: PROMPT }, (opened) => takeData(opened, 2)), ["a", "b"]);
    equal(
      (await feed.requests()).map(({ lastEventId }) => lastEventId),
      [undefined, "7"],
    );
  }),
  check("an id that is not Latin-1 is sent as UTF-8", async ({ server }) => {
    const feed = await server.feed({ body: "id: größer-日本語\ndata: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
    await using({ url: feed.url, reconnect: PROMPT }, (opened) => take(opened, 2));
    equal((await feed.requests())[1]?.lastEventId, "größer-日本語");
  }),
  check("a saved id is the start, and handle.lastEventId is the id to save", async ({ server }) => {
    const feed = await server.feed({ log: 5, finish: "hold" });
    await using({ url: feed.url, lastEventId: "3" }, async (opened) => {
      equal(await takeData(opened, 2), ["4", "5"]);
      equal(opened.handle.lastEventId, "5");
    });
  }),
  check("the server's retry is the wait before the reconnect", async ({ server }) => {
    const feed = await server.feed({ body: "retry: 300\ndata: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
    await using({ url: feed.url, reconnect: PROMPT }, async (opened) => {
      await take(opened, 1);
      const before = performance.now();
      await take(opened, 1);
      truthy(performance.now() - before > 250, "it waited as long as the server said");
    });
  }),
  check("reconnect() drops the connection and resumes at once", async ({ server }) => {
    const feed = await server.feed({ log: 2, finish: "hold" }, { log: 3, finish: "hold" });
    await using(feed.url, async (opened) => {
      await take(opened, 2);
      await opened.handle.reconnect();
      equal(await takeData(opened, 1), ["3"]);
    });
    await feed.gone(1);
    equal((await feed.requests())[1]?.lastEventId, "2");
  }),
  check("silence longer than idleTimeout causes a reconnect", async ({ server }) => {
    const feed = await server.feed({ log: 1, finish: "hold" }, { log: 2, finish: "hold" });
    const source = { url: feed.url, idleTimeout: 200, reconnect: PROMPT };
    equal(await using(source, (opened) => takeData(opened, 2)), ["1", "2"]);
    await feed.gone(1);
  }),
];
