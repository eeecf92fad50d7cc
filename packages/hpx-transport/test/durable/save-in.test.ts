import type { Claim, CursorRecord, DurableCursor } from "hpx-transport/durable";
import type { SseConnection, SseEvent } from "hpx-transport/sse";
import { expect, test } from "vitest";
import { startServer, until } from "../sse/support.js";
import { cursorOver, events, next, open, turn, WatchedStore } from "./support.js";

/** A store whose transactions a test can hold. */
class TransactionalStore extends WatchedStore {
  saveIn(tx: Promise<void>, name: string, record: CursorRecord, claim: Claim): Promise<void> {
    return tx.then(() => this.save(name, record, claim));
  }
}

/** The first event is acknowledged without a transaction, and its save waits for a timer; the second one is in hand. */
async function mixed(): Promise<{
  store: TransactionalStore;
  cursor: DurableCursor;
  connection: SseConnection;
  second: SseEvent;
}> {
  const server = await startServer();
  server.reply({ body: events(1, 4), finish: "hold" });
  const store = new TransactionalStore();
  const cursor = cursorOver(store, { saveEvery: 1000, saveInterval: 20 });
  const connection = open({ url: server.url, cursor });
  await next(connection);
  return { store, cursor, connection, second: await next(connection) };
}

/** Time enough for the timer of a save. */
const timers = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

test("a save that was due before saveIn does not set back what saveIn saved", async () => {
  const { store, cursor, connection, second } = await mixed();
  await cursor.saveIn(Promise.resolve(), second);
  await timers();
  await connection.close();
  expect(store.last).toMatchObject({ n: 2, id: "2" });
});

test("a save that is due while saveIn is under way waits for it", async () => {
  const { store, cursor, connection, second } = await mixed();
  let commit = (): void => {};
  const tx = new Promise<void>((resolve) => {
    commit = resolve;
  });
  const saving = cursor.saveIn(tx, second);
  await timers();
  commit();
  await saving;
  await connection.close();
  expect(store.saves).toMatchObject([{ n: 2, id: "2" }]);
});

test("after saveIn, an event without a transaction is saved as before", async () => {
  const { store, cursor, connection, second } = await mixed();
  await cursor.saveIn(Promise.resolve(), second);
  await next(connection);
  await next(connection);
  await until(() => store.last?.n === 3);
  expect(cursor.position).toMatchObject({ acknowledged: 3, saved: 3 });
});

test("a saveIn that fails leaves the saves of the cursor's own as they were", async () => {
  const { store, cursor, second } = await mixed();
  const failing = cursor.saveIn(Promise.reject(new Error("no")), second);
  await expect(failing).rejects.toMatchObject({ code: "CURSOR_STORE", details: { operation: "save" } });
  await turn();
  await until(() => store.last?.n === 1);
});

test("flush waits for a saveIn that covers what it would save", async () => {
  const { store, cursor, connection, second } = await mixed();
  let commit = (): void => {};
  const tx = new Promise<void>((resolve) => {
    commit = resolve;
  });
  const saving = cursor.saveIn(tx, second);
  const flushing = cursor.flush();
  await timers();
  commit();
  await Promise.all([saving, flushing]);
  await connection.close();
  expect(store.saves).toMatchObject([{ n: 2, id: "2" }]);
});
