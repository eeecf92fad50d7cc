import { MemoryCursorStore } from "hpx-transport/durable";
import type { SseEvent } from "hpx-transport/sse";
import { expect, test } from "vitest";
import { startServer } from "../sse/support.js";
import { rejection } from "../support/promises.js";
import { cursorOver, events, next, open, turn, WatchedStore } from "./support.js";

async function handedOver(count: number, options: object = {}) {
  const server = await startServer();
  server.reply({ body: events(1, count + 5), finish: "hold" });
  const store = new WatchedStore();
  const cursor = cursorOver(store, { acknowledge: "manual", ...options });
  const connection = open({ url: server.url, cursor });
  const taken: SseEvent[] = [];
  for (let n = 0; n < count; n += 1) taken.push(await next(connection));
  return { cursor, connection, store, taken, acknowledge: (n: number) => cursor.acknowledge(taken[n - 1] as SseEvent) };
}

test("asking acknowledges nothing", async () => {
  const { cursor, store } = await handedOver(4);
  await turn();
  expect(cursor.position).toMatchObject({ handedOver: 4, acknowledged: 0 });
  expect(store.saves).toEqual([]);
});

test("in any order: the position moves over the unbroken beginning", async () => {
  const { cursor, store, acknowledge } = await handedOver(5);
  const seen: number[] = [];
  for (const n of [2, 5, 1, 4, 1, 3]) {
    acknowledge(n);
    seen.push(cursor.position.acknowledged);
  }
  expect(seen).toEqual([0, 0, 2, 2, 2, 5]);
  await cursor.flush();
  expect(store.last).toMatchObject({ id: "5", n: 5 });
});

test("the fifth is acknowledged, and the third is not: the position stays at the second", async () => {
  const { cursor, acknowledge } = await handedOver(5);
  for (const n of [1, 2, 4, 5]) acknowledge(n);
  await cursor.flush();
  expect(cursor.position).toMatchObject({ acknowledged: 2, saved: 2, id: "2" });
});

test("maxUnsaved holds delivery until the first ones are acknowledged", async () => {
  const { cursor, connection, acknowledge } = await handedOver(3, { maxUnsaved: 3 });
  const fourth = next(connection);
  acknowledge(3);
  acknowledge(2);
  await turn();
  await turn();
  expect(cursor.position.handedOver).toBe(3);
  acknowledge(1);
  expect((await fourth).position).toBe(4);
});

test("thousands are acknowledged backwards", async () => {
  const { cursor, acknowledge } = await handedOver(3000);
  for (let n = 3000; n >= 2; n -= 1) acknowledge(n);
  expect(cursor.position.acknowledged).toBe(0);
  acknowledge(1);
  expect(cursor.position.acknowledged).toBe(3000);
});

test("with acknowledge next, it acknowledges early, such as before a break", async () => {
  const { cursor, connection, acknowledge } = await handedOver(2, { acknowledge: "next" });
  acknowledge(2);
  await connection.close();
  expect(cursor.position).toMatchObject({ acknowledged: 2, saved: 2 });
});

test("an event of another cursor, or of no cursor, is CONFIG", async () => {
  const { cursor } = await handedOver(1);
  expect(() => cursor.acknowledge({ event: "", data: "", id: "", kind: "data" })).toThrow(
    "event: the event with the position undefined cannot be used; it takes an event that this cursor handed over",
  );
  expect(() => cursor.acknowledge({ event: "", data: "", id: "", kind: "data", position: 9 })).toThrow("position 9");
});

test("saveIn() needs a store that takes part in transactions", async () => {
  const { cursor, taken } = await handedOver(1);
  expect(await rejection(cursor.saveIn({}, taken))).toMatchObject({
    code: "CONFIG",
    message: /store: a store without saveIn\(\) cannot be used/,
  });
  await cursor.saveIn({}, []);
});

test("saveIn() saves the position after the event, or after the last of a batch, and nothing saves it again", async () => {
  const saved: [unknown, number, string][] = [];
  class Transactional extends MemoryCursorStore {
    plain = 0;
    saveIn(tx: unknown, _name: string, { n, id }: { n: number; id: string }): void {
      saved.push([tx, n, id]);
    }
    override async save(...parts: Parameters<MemoryCursorStore["save"]>): Promise<void> {
      this.plain += 1;
      await super.save(...parts);
    }
  }
  const server = await startServer();
  server.reply({ body: events(1, 6), finish: "hold" });
  const store = new Transactional();
  const cursor = cursorOver(store);
  const connection = open({ url: server.url, cursor });
  const batches = connection.batches()[Symbol.asyncIterator]();
  const first = (await batches.next()).value ?? [];
  await cursor.saveIn("a", first[0] as SseEvent);
  expect(cursor.position).toMatchObject({ acknowledged: 0, saved: 1 });
  await cursor.saveIn("b", first);
  expect(cursor.position).toMatchObject({ handedOver: first.length, acknowledged: 0, saved: first.length });
  void batches.next();
  await turn();
  expect(cursor.position.acknowledged).toBe(first.length);
  await connection.close();
  expect(saved).toEqual([
    ["a", 1, "1"],
    ["b", first.length, String(first.length)],
  ]);
  expect(store.plain).toBe(0);
});

test("a transaction that was rolled back is not made up for by a save at the end", async () => {
  class RolledBack extends MemoryCursorStore {
    saveIn(): void {}
  }
  const server = await startServer();
  server.otherwise({ body: events(1, 2), finish: "hold" });
  const store = new RolledBack();
  const cursor = cursorOver(store);
  const connection = open({ url: server.url, cursor });
  const work = async (): Promise<void> => {
    for await (const event of connection) {
      await cursor.saveIn({}, event);
      throw new Error("rolled back");
    }
  };
  await rejection(work());
  await connection.closed;
  expect((await store.claim("test")).record).toBeUndefined();
});
