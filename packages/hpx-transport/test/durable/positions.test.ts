import { type CursorPosition, DurableCursor, MemoryCursorStore } from "hpx-transport/durable";
import { expect, test } from "vitest";
import { prompt, startServer, until, within } from "../sse/support.js";
import { cursorOver, drain, events, next, open, turn, WatchedStore } from "./support.js";

test("asking for the next event acknowledges the one before; the last ask acknowledges the last", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 3) });
  const store = new WatchedStore();
  const cursor = cursorOver(store);
  const connection = open({ url: server.url, cursor });
  const seen: CursorPosition[] = [];
  for await (const event of connection) {
    seen.push(cursor.position);
    expect(event.position).toBe(seen.length);
  }
  expect(seen.map(({ handedOver, acknowledged }) => [handedOver, acknowledged])).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
  ]);
  await cursor.flush();
  expect(store.last).toMatchObject({ v: 1, name: "test", id: "3", n: 3, epoch: 1, origin: server.url });
  expect(cursor.position).toEqual({ handedOver: 3, acknowledged: 3, saved: 3, id: "3", epoch: 1 });
});

test("the next run resumes after the last acknowledged event, and counts on", async () => {
  const server = await startServer();
  const store = new MemoryCursorStore();
  server.reply({ body: events(1, 3), finish: "hold" }, { body: events(3, 4), finish: "hold" });
  const first = open({ url: server.url, cursor: cursorOver(store) });
  for (let n = 0; n < 3; n += 1) await next(first);
  await first.close();
  const second = open({ url: server.url, cursor: cursorOver(store) });
  const event = await next(second);
  expect((await server.request(2)).lastEventId).toBe("2");
  expect([event.data, event.position]).toEqual(["e3", 3]);
  expect(second.lastEventId).toBe("3");
});

test("a record wins over the option lastEventId, which counts without one", async () => {
  const server = await startServer();
  const store = new MemoryCursorStore();
  server.otherwise({ body: events(8, 9) });
  await drain(open({ url: server.url, lastEventId: "7", cursor: cursorOver(store) }));
  await drain(open({ url: server.url, lastEventId: "7", cursor: cursorOver(store) }));
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual(["7", "9"]);
});

test.each(["break", "throw"] as const)("a %s does not acknowledge the event in hand", async (how) => {
  const server = await startServer();
  server.reply({ body: events(1, 3), finish: "hold" });
  const cursor = cursorOver(new MemoryCursorStore());
  const connection = open({ url: server.url, cursor });
  const work = async (): Promise<void> => {
    for await (const { id } of connection) {
      if (id !== "2") continue;
      if (how === "break") break;
      throw new Error("the work failed");
    }
  };
  await work().catch(() => {});
  await within(connection.closed, "closed");
  expect(cursor.position).toMatchObject({ handedOver: 2, acknowledged: 1, saved: 1, id: "1" });
});

test("a batch is acknowledged by asking for the next one", async () => {
  const server = await startServer();
  server.reply({ body: [events(1, 5), { delay: 30 }, events(6, 6)] });
  const cursor = cursorOver(new MemoryCursorStore());
  const seen: number[] = [];
  for await (const batch of open({ url: server.url, cursor }).batches()) {
    seen.push(cursor.position.acknowledged, batch.length);
  }
  expect(seen).toEqual([0, 5, 5, 1]);
  expect(cursor.position.acknowledged).toBe(6);
});

test("json() acknowledges what it passed over, and not what it could not read", async () => {
  const server = await startServer();
  server.reply({ body: "id: 1\ndata: {}\n\nid: 2\ndata\n\nid: 3\ndata: {}\n\nid: 4\ndata: {oops\n\n", finish: "hold" });
  const cursor = cursorOver(new MemoryCursorStore());
  const connection = open({ url: server.url, cursor });
  const work = async (): Promise<void> => {
    for await (const { id } of connection.json()) void id;
  };
  await expect(work()).rejects.toMatchObject({ code: "SSE_PARSE" });
  expect(cursor.position).toMatchObject({ acknowledged: 3, id: "3" });
});

test("toReadableStream() acknowledges by reading on", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 2), finish: "hold" });
  const cursor = cursorOver(new MemoryCursorStore());
  const reader = open({ url: server.url, cursor }).toReadableStream().getReader();
  await reader.read();
  expect(cursor.position).toMatchObject({ handedOver: 1, acknowledged: 0 });
  await reader.read();
  expect(cursor.position).toMatchObject({ handedOver: 2, acknowledged: 1 });
  await reader.cancel();
});

test("closed and close() resolve after the last acknowledgement was saved", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 2), finish: "hold" });
  const store = new WatchedStore();
  const cursor = cursorOver(store, { saveEvery: 1000, saveInterval: 60_000 });
  const connection = open({ url: server.url, cursor });
  await next(connection);
  await next(connection);
  expect(store.saves).toHaveLength(0);
  const release = store.holdSaves();
  const order: string[] = [];
  const closing = connection.close().then(() => order.push("closed"));
  expect(connection.state.status).toBe("closed");
  await turn();
  order.push("released");
  release();
  await closing;
  expect(order).toEqual(["released", "closed"]);
  expect(store.last).toMatchObject({ id: "1", n: 1 });
});

test("what is read after a clean end is acknowledged and saved as well", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 3) });
  const store = new WatchedStore();
  const cursor = cursorOver(store, { saveEvery: 1000, saveInterval: 60_000 });
  const connection = open({ url: server.url, cursor });
  await within(connection.closed, "closed");
  expect(await drain(connection)).toEqual(["e1", "e2", "e3"]);
  await cursor.flush();
  expect(store.last).toMatchObject({ id: "3", n: 3 });
});

test("over a reconnect the position counts on", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 2), finish: "cut" }, { body: events(3, 4), finish: "hold" });
  const connection = open({ url: server.url, cursor: cursorOver(new MemoryCursorStore()), reconnect: prompt });
  const positions: unknown[] = [];
  for (let n = 0; n < 4; n += 1) positions.push((await next(connection)).position);
  expect(positions).toEqual([1, 2, 3, 4]);
});

test("saves after saveEvery events", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 11), finish: "hold" });
  const store = new WatchedStore();
  const connection = open({ url: server.url, cursor: cursorOver(store, { saveEvery: 4, saveInterval: 60_000 }) });
  for (let n = 0; n < 11; n += 1) {
    await next(connection);
    await turn();
  }
  expect(store.saves.map(({ n, version }) => [n, version])).toEqual([
    [4, 1],
    [8, 2],
  ]);
});

test("saves after saveInterval at the latest", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 3), finish: "hold" });
  const store = new WatchedStore();
  const connection = open({ url: server.url, cursor: cursorOver(store, { saveEvery: 1000, saveInterval: 5 }) });
  for (let n = 0; n < 3; n += 1) await next(connection);
  await until(() => store.last?.n === 2);
});

test("one save is under way at a time, and the next one saves the newest position", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 9), finish: "hold" });
  const store = new WatchedStore();
  const connection = open({ url: server.url, cursor: cursorOver(store) });
  await next(connection);
  const release = store.holdSaves();
  for (let n = 0; n < 8; n += 1) {
    await next(connection);
    await turn();
  }
  expect([store.saves.length, store.underWay]).toEqual([0, 1]);
  release();
  await until(() => store.last?.n === 8);
  expect(store.saves.map(({ n }) => n)).toEqual([1, 8]);
});

test("a cursor serves one connection at a time, and another one after it", async () => {
  const server = await startServer();
  server.otherwise({ body: events(1, 1), finish: "hold" });
  const cursor = cursorOver(new MemoryCursorStore());
  const first = open({ url: server.url, cursor });
  await next(first);
  const second = open({ url: server.url, cursor });
  await expect(second.next()).rejects.toMatchObject({
    code: "CONFIG",
    message: /cursor: a cursor of another connection/,
  });
  await first.close();
  await next(open({ url: server.url, cursor }));
  expect(cursor.position.epoch).toBe(2);
});

test("without a record before any event, it knows nothing", () => {
  const cursor = new DurableCursor({ name: "x", store: new MemoryCursorStore() });
  expect(cursor.position).toEqual({ handedOver: 0, acknowledged: 0, saved: 0, id: "", epoch: 0 });
});
