import { SseConnection } from "hpx-transport/sse";
import { codeOf, equal, failureOf, within } from "../assert.js";
import { type Check, check } from "../check.js";
import { take, using } from "./tools.js";

export const ending: readonly Check[] = [
  check("after close() the server sees the connection close, and the loop ends", async ({ server }) => {
    const feed = await server.feed({ log: 3, finish: "hold" });
    const connection = await SseConnection.connect(feed.url);
    await take(connection, 1);
    await connection.close();
    equal(
      [await connection.stream.next(), connection.handle.state.status],
      [{ done: true, value: undefined }, "closed"],
    );
    await feed.gone(1);
  }),
  check("after leaving the loop the server sees the connection close", async ({ server }) => {
    const feed = await server.feed({ log: 3, finish: "hold" });
    for await (const { data } of SseConnection.open(feed.url)) if (data === "2") break;
    await feed.gone(1);
  }),
  check("after an abort the loop throws the reason, and the server sees the connection close", async ({ server }) => {
    const feed = await server.feed({ log: 1, finish: "hold" });
    const controller = new AbortController();
    const reason = new Error("enough");
    const error = await failureOf(async () => {
      for await (const _ of SseConnection.open({ url: feed.url, signal: controller.signal })) controller.abort(reason);
    });
    equal(error === reason, true, String(error));
    await feed.gone(1);
  }),
  check("each connection closes, also after a garbage collection in the middle", async ({ server }) => {
    const hold = { log: 1, finish: "hold" } as const;
    const feed = await server.feed(...Array.from({ length: 50 }, () => hold));
    for (let index = 0; index < 50; index += 1) {
      await using(feed.url, async (connection) => {
        await take(connection, 1);
        collectGarbage();
      });
    }
    for (let index = 1; index <= 50; index += 1) await feed.gone(index);
  }),
  check("close() while connecting closes the connection", async ({ server }) => {
    const feed = await server.feed({ head: false, finish: "hold" });
    const connection = SseConnection.open(feed.url);
    while ((await feed.requests()).length === 0) await Promise.resolve();
    await connection.close();
    await feed.gone(1);
  }),
  check("close() ends a backoff early", async ({ server }) => {
    const feed = await server.feed({ status: 503 });
    const source = { url: feed.url, reconnect: { initialDelay: 60_000 } };
    const connection = SseConnection.open(source);
    while (connection.handle.state.status !== "reconnecting") await new Promise((resolve) => setTimeout(resolve, 5));
    await within(connection.close(), "close()", 1000);
  }),
  check("an event over maxEventSize is the end, and the connection closes", async ({ server }) => {
    const feed = await server.feed({ body: `data: ${"x".repeat(5000)}\n\n`, finish: "hold" });
    const source = { url: feed.url, maxEventSize: 1000 };
    equal(await codeOf(() => using(source, (connection) => take(connection, 1))), "SSE_EVENT_TOO_LARGE");
    await feed.gone(1);
  }),
];

/** Collects garbage if the runtime allows it; the runner starts the runtimes with the flag for that. */
function collectGarbage(): void {
  const { gc, Bun } = globalThis as { gc?: () => void; Bun?: { gc(force: boolean): void } };
  if (gc === undefined) Bun?.gc(true);
  else gc();
}
