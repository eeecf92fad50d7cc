import { type DurableCursor, MemoryCursorStore } from "hpx-transport/durable";
import { EventSource } from "hpx-transport/eventsource";
import { createFetch } from "hpx-transport/fetch";
import type { SseEvent } from "hpx-transport/sse";
import { expect, onTestFinished, test, vi } from "vitest";
import { prompt, startServer, until, within } from "../sse/support.js";
import { rejection } from "../support/promises.js";
import { cursorOver, drain, events, next, open, turn, WatchedStore } from "./support.js";

test("a connection that is refused the cursor of another one acknowledges and ends nothing of it", async () => {
  const server = await startServer();
  server.otherwise({ body: events(1, 9), finish: "hold" });
  const store = new WatchedStore();
  const cursor = cursorOver(store, { saveEvery: 1000, saveInterval: 60_000 });
  const first = open({ url: server.url, cursor });
  await next(first);
  for (let tries = 0; tries < 2; tries += 1) {
    const other = open({ url: server.url, cursor });
    expect(await rejection(other.next())).toMatchObject({ code: "CONFIG" });
    await other.close();
    expect(cursor.position.acknowledged).toBe(tries);
    await next(first);
  }
  // A cursor that was closed would save each acknowledgement at once.
  await turn();
  expect(store.saves).toEqual([]);
  await first.close();
  expect(store.last).toMatchObject({ n: 2 });
});

test("events that an earlier connection left unread do not count for the next one of the cursor", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 5) }, { body: events(2, 5), finish: "hold" });
  const cursor = cursorOver(new MemoryCursorStore());
  const first = open({ url: server.url, cursor });
  await next(first);
  await within(first.closed, "closed");
  const second = open({ url: server.url, cursor });
  expect((await next(second)).position).toBe(1);
  expect(await rejection(next(first))).toMatchObject({ code: "CURSOR_FENCED" });
  expect((await next(second)).position).toBe(2);
});

test("after a clean end, a consumer that waits for a store which stays away gets its error, and does not wait for ever", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const server = await startServer();
  server.reply({ body: events(1, 9) });
  const store = new WatchedStore();
  const connection = open({ url: server.url, cursor: cursorOver(store, { maxUnsaved: 2 }) });
  await next(connection);
  store.failure = new Error("away");
  await next(connection);
  const failed: unknown[] = [];
  void rejection(next(connection)).then((error) => failed.push(error));
  for (let n = 0; n < 200 && failed.length === 0; n += 1) {
    await vi.advanceTimersByTimeAsync(1000);
    await turn();
  }
  expect(failed).toMatchObject([{ code: "CURSOR_STORE", message: /away/ }]);
  expect(vi.getTimerCount()).toBe(0);
});

test("after a clean end, a consumer that waits for the store goes on when it is back", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 4) });
  const store = new WatchedStore();
  const connection = open({ url: server.url, cursor: cursorOver(store, { maxUnsaved: 2 }) });
  await next(connection);
  store.failure = new Error("away");
  await next(connection);
  const third = next(connection);
  await within(connection.closed, "closed");
  store.failure = undefined;
  expect((await third).position).toBe(3);
});

test.each(["onGap", "loop", "body of a batch"] as const)(
  "close() in the %s saves what is acknowledged",
  async (where) => {
    const server = await startServer();
    server.reply({ body: `${events(1, 3)}${events(7, 9)}`, finish: "hold" });
    const store = new WatchedStore();
    const close = (): void => void connection.close();
    const onGap = where === "onGap" ? close : undefined;
    const cursor = cursorOver(store, { continuity: "numeric", saveEvery: 1000, saveInterval: 60_000, onGap });
    const connection = open({ url: server.url, cursor });
    const seen: string[] = [];
    if (where === "body of a batch") {
      for await (const batch of connection.batches()) {
        seen.push(...batch.map(({ id }) => id));
        close();
      }
      expect(cursor.position.acknowledged).toBe(6);
    } else {
      for await (const { id } of connection) {
        seen.push(id);
        if (where === "loop" && id === "3") close();
      }
      // Asking again after close() said that the last one is done. The event after the gap was on its way.
      expect(seen).toHaveLength(where === "onGap" ? 4 : 3);
      expect(cursor.position.acknowledged).toBe(seen.length);
    }
    await connection.closed;
    await cursor.flush();
    expect(store.last?.n).toBe(cursor.position.acknowledged);
  },
);

test("batches with acknowledgement by hand, over several batches and in any order", async () => {
  const server = await startServer();
  server.reply({ body: [events(1, 4), { delay: 30 }, events(5, 8), { delay: 30 }, events(9, 9)], finish: "hold" });
  const cursor = cursorOver(new MemoryCursorStore(), { acknowledge: "manual" });
  const batches = open({ url: server.url, cursor }).batches()[Symbol.asyncIterator]();
  const taken: SseEvent[] = [];
  while (taken.length < 9) taken.push(...((await batches.next()).value ?? []));
  const seen: number[] = [];
  for (const n of [8, 1, 4, 3, 2, 5, 7, 6, 9]) {
    cursor.acknowledge(taken[n - 1] as SseEvent);
    seen.push(cursor.position.acknowledged);
  }
  expect(seen).toEqual([0, 1, 1, 1, 4, 5, 5, 8, 9]);
});

test("acknowledge() within a batch that asking acknowledges moves over the beginning only, and asking does the rest", async () => {
  const server = await startServer();
  server.reply({ body: `id: 1\ndata: a\n\ndata: b\n\ndata: c\n\nid: 2\ndata: d\n\n`, finish: "hold" });
  const store = new WatchedStore();
  const cursor = cursorOver(store);
  const connection = open({ url: server.url, cursor });
  const batches = connection.batches()[Symbol.asyncIterator]();
  const batch = (await batches.next()).value ?? [];
  expect(batch).toHaveLength(4);
  cursor.acknowledge(batch[1] as SseEvent);
  expect(cursor.position.acknowledged).toBe(0);
  cursor.acknowledge(batch[0] as SseEvent);
  await cursor.flush();
  // The second has no id of its own: its hash is in the record.
  expect(store.last).toMatchObject({ n: 2, id: "1", after: [expect.any(String)] });
  void batches.next();
  await cursor.flush();
  expect(store.last).toMatchObject({ n: 4, id: "2", after: [] });
});

test("an EventSource acknowledges an event when its listeners have returned", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 3), finish: "hold" });
  const cursor = cursorOver(new MemoryCursorStore());
  const source = new EventSource(server.url, { cursor });
  onTestFinished(() => source.close());
  const seen: number[] = [];
  source.addEventListener("message", () => void seen.push(cursor.position.acknowledged));
  await until(() => seen.length === 3);
  expect(seen).toEqual([0, 1, 2]);
  await until(() => cursor.position.saved === 3);
});

test("a fetch with a cursor resumes after what was read of the body", async () => {
  const server = await startServer();
  server.reply({ body: [events(1, 2), { delay: 30 }, events(3, 4)], finish: "hold" });
  server.reply({ body: events(3, 4), finish: "hold" });
  const store = new MemoryCursorStore();
  const bodyOf = async (): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
    const response = await createFetch({ cursor: cursorOver(store) })(server.url);
    return (response.body as ReadableStream<Uint8Array>).getReader();
  };
  const reader = await bodyOf();
  let text = "";
  while (!text.includes("e3")) text += new TextDecoder().decode((await reader.read()).value);
  await reader.cancel();
  await (await bodyOf()).read();
  // The first two were read before the next was asked for; the rest was in hand.
  expect((await server.request(2)).lastEventId).toBe("2");
});

test("a reconnect in the middle of a held delivery loses and repeats nothing", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 6), finish: "cut" }, { body: events(7, 9), finish: "hold" });
  const store = new WatchedStore();
  const release = store.holdSaves();
  const connection = open({ url: server.url, cursor: cursorOver(store, { maxUnsaved: 2 }), reconnect: prompt });
  const data: string[] = [];
  const taking = (async () => {
    while (data.length < 9) data.push((await next(connection)).data);
  })();
  await until(() => server.requestCount >= 2);
  expect(data).toEqual(["e1", "e2"]);
  release();
  await within(taking, "all events");
  expect(data).toEqual(["e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9"]);
});

test("an event that comes again and is delivered is reported once, whatever found it", async () => {
  const server = await startServer();
  server.reply(
    { body: "id: 1\ndata: a\n\ndata: b\n\n", finish: "cut" },
    { body: "data: b\n\nid: 2\ndata: c\n\n", finish: "hold" },
  );
  const gaps: string[] = [];
  // The trail, `remember` and the numbers all know it.
  const continuity = { sequence: ({ data }: SseEvent) => "abc".indexOf(data) };
  const options = { duplicates: "deliver", remember: 9, continuity } as const;
  const cursor = cursorOver(new MemoryCursorStore(), { ...options, onGap: ({ kind }) => gaps.push(kind) });
  const connection = open({ url: server.url, cursor, reconnect: prompt });
  const data: string[] = [];
  while (data.at(-1) !== "c") data.push((await next(connection)).data);
  expect(data).toEqual(["a", "b", "b", "c"]);
  expect(gaps).toEqual(["duplicate"]);
  expect(connection.stats.duplicates).toBe(1);
});

test("remember drops what a server replays over a restart, and nothing that is new", async () => {
  const server = await startServer();
  const store = new MemoryCursorStore();
  const body = (from: number, to: number): string => events(from, to).replace(/^id: .*\n/gm, "");
  server.reply({ body: body(1, 4) }, { body: body(1, 6) });
  const cursor = (): DurableCursor => cursorOver(store, { remember: 3 });
  expect(await drain(open({ url: server.url, cursor: cursor() }))).toEqual(["e1", "e2", "e3", "e4"]);
  // The first is older than what is remembered: it ends the search, and comes again.
  expect(await drain(open({ url: server.url, cursor: cursor() }))).toEqual(["e1", "e2", "e3", "e4", "e5", "e6"]);
  server.reply({ body: body(5, 7) });
  expect(await drain(open({ url: server.url, cursor: cursor() }))).toEqual(["e7"]);
});

test.each([
  // The test's server takes heads of up to 16 KiB.
  ["of 12 KiB", "x".repeat(12_288), "x".repeat(12_288)],
  ["longer than 64 KiB", "x".repeat(65_537), "1"],
  ["with a blank at its end", "2 ", "1"],
  ["with a control character", "2\u0001", "1"],
  ["outside Latin-1", "日本🙂", "日本🙂"],
])("an id %s: the next run resumes after the last one that can be sent", async (_, id, expected) => {
  const server = await startServer();
  const store = new WatchedStore();
  server.reply({ body: `id: 1\ndata: a\n\nid: ${id}\ndata: b\n\n` }, { body: "id: 3\ndata: c\n\n", finish: "hold" });
  await drain(open({ url: server.url, cursor: cursorOver(store) }));
  const second = open({ url: server.url, cursor: cursorOver(store) });
  expect((await next(second)).data).toBe("c");
  const { lastEventId = "" } = await server.request(2);
  expect(lastEventId === expected || Buffer.from(lastEventId, "latin1").toString("utf8") === expected).toBe(true);
});
