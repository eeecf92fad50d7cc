import { SseConnection, type SseEvent } from "hpx-transport/sse";
import type { StandardSchema } from "sseer";
import { codeOf, equal, sleep, truthy } from "../assert.js";
import { type Check, check } from "../check.js";
import { numbers, take, using } from "./tools.js";

/** A schema written by hand: an object with a number as its price. */
const PRICE: StandardSchema<number> = {
  "~standard": {
    version: 1,
    vendor: "contract",
    validate: (value: unknown) => {
      const { price } = value as { price?: unknown };
      return typeof price === "number" ? { value: price } : { issues: [{ message: "no price" }] };
    },
  },
};

export const consuming: readonly Check[] = [
  check("batches() delivers all events, in order", async ({ server }) => {
    const feed = await server.feed({ log: 1000 });
    const all: string[] = [];
    for await (const batch of SseConnection.open({ url: feed.url, reconnect: false }).stream.batches()) {
      all.push(...batch.map(({ data }) => data));
    }
    equal(all, numbers(1000));
  }),
  check("json() parses and checks data, and throws SSE_PARSE for data that is invalid", async ({ server }) => {
    const feed = await server.feed({ body: 'data: {"price":1.5}\n\ndata: {"price":"x"}\n\n', finish: "hold" });
    const prices: number[] = [];
    const code = await codeOf(async () => {
      for await (const { json } of SseConnection.open(feed.url).stream.json(PRICE)) prices.push(json);
    });
    equal([prices, code], [[1.5], "SSE_PARSE"]);
    await feed.gone(1);
  }),
  check("toReadableStream() delivers, and cancelling it closes the connection", async ({ server }) => {
    const feed = await server.feed({ log: 5, finish: "hold" });
    const stream: ReadableStream<SseEvent> = SseConnection.open(feed.url).stream.toReadableStream();
    const reader = stream.getReader();
    for (const expected of numbers(5)) equal((await reader.read()).value?.data, expected);
    await reader.cancel();
    await feed.gone(1);
  }),
  check("the server waits for a consumer that stops, and no event is lost", async ({ can, server }) => {
    // Each event has a KiB.
    const total = can.readsAhead / 500;
    const feed = await server.feed({ flood: total });
    await using({ url: feed.url, reconnect: false }, async (opened) => {
      await take(opened, 1);
      let [sent, before] = [await feed.sent(), -1];
      for (; sent !== before; sent = await feed.sent()) {
        before = sent;
        await sleep(200);
      }
      truthy(sent < can.readsAhead / 1000, `${sent} of ${total} events left the server while the consumer stood still`);
      let count = 1;
      for await (const { id } of opened.stream) equal(id, String((count += 1)));
      equal(count, total);
    });
  }),
];
