import type { Claim, CursorRecord, TransactionalCursorStore } from "hpx-transport/durable";
import type { SseEvent } from "hpx-transport/sse";
import { expect, test } from "vitest";
import { startServer, until } from "../sse/support.js";
import { rejection } from "../support/promises.js";
import { cursorOver, events, next, open, WatchedStore } from "./support.js";

/** A transaction, whose changes count when it is committed. */
class Transaction {
  readonly changes: (() => Promise<void>)[] = [];
  async commit(): Promise<void> {
    for (const change of this.changes) await change();
  }
}

class Database extends WatchedStore implements TransactionalCursorStore<Transaction> {
  failing = false;
  /** Milliseconds that `saveIn` takes. */
  delay = 0;
  async saveIn(tx: Transaction, name: string, record: CursorRecord, claim: Claim): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.delay));
    if (this.failing) throw new Error("no");
    tx.changes.push(() => this.save(name, record, claim));
  }
}

async function consumer(options: object = {}) {
  const server = await startServer();
  server.reply({ body: events(1, 9), finish: "hold" });
  const store = new Database();
  const cursor = cursorOver(store, { saveInterval: 60_000, ...options });
  const connection = open({ url: server.url, cursor });
  return { cursor, connection, store };
}

test("a save of what was acknowledged before does not take the position of a transaction back", async () => {
  const { cursor, connection, store } = await consumer({ saveEvery: 1000, saveInterval: 5 });
  await next(connection);
  // The first is acknowledged, and its save is due while the transaction of the second is open.
  const second = await next(connection);
  const tx = new Transaction();
  await cursor.saveIn(tx, second);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await tx.commit();
  await connection.close();
  // What the store has: a record of an earlier version is not written.
  expect((await store.claim("test")).record).toMatchObject({ n: 2, id: "2" });
});

test("the same where that save is due while saveIn() has no answer yet", async () => {
  const { cursor, connection, store } = await consumer({ saveEvery: 1000, saveInterval: 5 });
  await next(connection);
  const second = await next(connection);
  store.delay = 40;
  const tx = new Transaction();
  await cursor.saveIn(tx, second);
  await tx.commit();
  await connection.close();
  // What the store has: a record of an earlier version is not written.
  expect((await store.claim("test")).record).toMatchObject({ n: 2, id: "2" });
});

test("a saveIn() that fails leaves the position to the next save", async () => {
  const { cursor, connection, store } = await consumer();
  const first = await next(connection);
  store.failing = true;
  expect(await rejection(cursor.saveIn(new Transaction(), first))).toMatchObject({ code: "CURSOR_STORE" });
  expect(cursor.position.saved).toBe(0);
  await next(connection);
  await cursor.flush();
  expect(store.last).toMatchObject({ n: 1 });
});

test("a transaction that is rolled back is tried again with the same event, or with an earlier one", async () => {
  const { cursor, connection, store } = await consumer({ acknowledge: "manual" });
  const taken: SseEvent[] = [];
  while (taken.length < 5) taken.push(await next(connection));
  // Rolled back: nothing is committed.
  await cursor.saveIn(new Transaction(), taken);
  for (const event of [taken[2], taken[4]]) {
    const tx = new Transaction();
    await cursor.saveIn(tx, event as SseEvent);
    await tx.commit();
  }
  expect(store.saves.map(({ n, version }) => [n, version])).toEqual([
    [3, 2],
    [5, 3],
  ]);
});

test("events after a transaction are saved by the interval as before", async () => {
  const { cursor, connection, store } = await consumer({ saveEvery: 1000, saveInterval: 20 });
  await next(connection);
  const second = await next(connection);
  const tx = new Transaction();
  await cursor.saveIn(tx, second);
  await tx.commit();
  // The timer that the first one set runs out with nothing to save.
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(store.last).toMatchObject({ n: 2 });
  await next(connection);
  await next(connection);
  await until(() => store.last?.n === 3);
});
