import { SseConnection } from "hpx-transport/sse";
import { codeOf, equal, failureOf, truthy } from "../assert.js";
import { type Check, check } from "../check.js";
import { drain, PROMPT, take, takeData, using } from "./tools.js";

export const connection: readonly Check[] = [
  check("it connects, sends the right headers, and delivers the events in order", async ({ server }) => {
    const feed = await server.feed({ body: "id: 1\nevent: trade\ndata: a\n\ndata: b\n\n", finish: "hold" });
    const events = await using(feed.url, (opened) => take(opened, 2));
    equal(
      events.map(({ event, data, id, kind }) => [event, data, id, kind]),
      [
        ["trade", "a", "1", "data"],
        ["message", "b", "1", "data"],
      ],
    );
    const [request] = await feed.requests();
    equal([request?.method, request?.headers["accept"]], ["GET", "text/event-stream"]);
    equal(request?.headers["cache-control"], "no-cache", "Cache-Control");
    equal(request?.headers["last-event-id"], undefined, "Last-Event-ID");
  }),
  check("an event is delivered before the next event is sent", async ({ server }) => {
    const feed = await server.feed({ body: ["data: a\n\ndata: b"], finish: "hold" });
    equal(await using(feed.url, (opened) => takeData(opened, 1)), ["a"]);
  }),
  check("characters that are cut in the stream arrive whole", async ({ server }) => {
    const texts = ["größer", "日本語", "🎈🎈🎈", "plain"];
    const body = texts.map((text) => `data: ${text}\n\n`).join("");
    for (const bytes of [1, 3, 7]) {
      const feed = await server.feed({ body: [{ pace: { bytes, pause: 1 } }, body] });
      equal(await drain({ url: feed.url, reconnect: false }), texts, `${bytes} bytes at once`);
    }
  }),
  check("a gzip body is decoded as it arrives", async ({ server }) => {
    const feed = await server.feed({ gzip: true, body: ["data: a\n\n", "data: ü\n\n"], finish: "hold" });
    equal(await using(feed.url, (opened) => takeData(opened, 2)), ["a", "ü"]);
  }),
  check("a POST sends its method, headers and body: text, bytes, and the result of a function", async ({ server }) => {
    const reply = { body: "data: a\n\n", finish: "hold" } as const;
    for (const body of ["grün", new TextEncoder().encode("grün"), () => "grün"]) {
      const feed = await server.feed(reply);
      const headers = { "Content-Type": "application/json", "X-Api-Key": "k" };
      await using({ url: feed.url, method: "POST", headers, body }, (opened) => take(opened, 1));
      const [request] = await feed.requests();
      equal([request?.method, request?.text], ["POST", "grün"]);
      equal([request?.headers["content-type"], request?.headers["x-api-key"]], ["application/json", "k"]);
    }
  }),
  check("every attempt sends the caller's headers", async ({ server }) => {
    const feed = await server.feed({ status: 503 }, { body: "data: a\n\n", finish: "hold" });
    await using({ url: feed.url, headers: { "X-Api-Key": "k" }, reconnect: PROMPT }, (opened) => take(opened, 1));
    equal(
      (await feed.requests()).map(({ headers }) => headers["x-api-key"]),
      ["k", "k"],
    );
  }),
  check("a relative URL is resolved in a page, and is CONFIG elsewhere", async ({ can, server }) => {
    const feed = await server.feed({ body: "data: a\n\n", finish: "hold" });
    const { pathname } = new URL(feed.url);
    if (can.location) equal(await using(pathname, (opened) => takeData(opened, 1)), ["a"]);
    else equal(await codeOf(() => SseConnection.open(pathname)), "CONFIG");
  }),
  check("a page is told which header the server of another origin must allow", async ({ can, server }) => {
    const feed = await server.feedElsewhere({ body: "data: a\n\n", finish: "hold" });
    const source = { url: feed.url, headers: { "X-Odd": "1" }, reconnect: false } as const;
    if (!can.location) return equal(await using(source, (opened) => takeData(opened, 1)), ["a"]);
    const { message } = await failureOf(() => using(source, (opened) => take(opened, 1)));
    truthy(message.endsWith("its Access-Control-Allow-Headers must have x-odd"), message);
  }),
];
