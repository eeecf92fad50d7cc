import { type CursorRecord, DurableCursor, MemoryCursorStore, WebStorageCursorStore } from "hpx-transport/durable";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { prompt, silent, startServer, until } from "../sse/support.js";
import { rejection } from "../support/promises.js";
import { cursorOver, drain, events, next, open, turn, WatchedStore } from "./support.js";

test("a second consumer of a name gets on, and the first ends with CURSOR_FENCED at its next save", async () => {
  const server = await startServer();
  server.otherwise({ body: events(1, 4), finish: "hold" });
  const store = new MemoryCursorStore();
  const first = open({ url: server.url, cursor: cursorOver(store) });
  await next(first);
  const second = open({ url: server.url, cursor: cursorOver(store) });
  await next(second);
  await next(first);
  const error = await rejection(drain(first));
  expect(error).toMatchObject({ code: "CURSOR_FENCED", details: { name: "test" }, retryable: false });
  expect(first.state).toMatchObject({ status: "closed", error });
  expect((await next(second)).position).toBe(2);
});

test("while the store fails, events flow and saves are tried again", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 20), finish: "hold" });
  const store = new WatchedStore();
  const warnings: unknown[] = [];
  const logger = { ...silent, warn: (_fields: unknown, message: string) => warnings.push(message) };
  const cursor = cursorOver(store);
  const connection = open({ url: server.url, cursor, logger });
  await next(connection);
  store.failure = new Error("the disk is away");
  for (let n = 0; n < 19; n += 1) {
    await next(connection);
    await turn();
  }
  // A failing store is not asked for each event.
  expect(store.failed).toBe(1);
  expect(cursor.position).toMatchObject({ handedOver: 20, acknowledged: 19, saved: 0 });
  expect(warnings).toEqual(["the cursor's store failed; the save is tried again"]);
  expect(await rejection(cursor.flush())).toMatchObject({
    code: "CURSOR_STORE",
    message: 'cursor "test": the store failed to save it: the disk is away',
    details: { name: "test", operation: "save" },
  });
  store.failure = undefined;
  await until(() => store.last?.n === 19);
});

test("beyond maxUnsaved delivery waits for the store, and the socket is paused", async () => {
  const server = await startServer();
  const large = "x".repeat(10_000);
  let sent = 0;
  server.reply(async (exchange) => {
    for (; ; sent += 1) await exchange.send({ id: String(sent + 1), data: large });
  });
  const store = new WatchedStore();
  const cursor = cursorOver(store, { maxUnsaved: 5 });
  const connection = open({ url: server.url, cursor, eventCapacity: 4 });
  await next(connection);
  store.failure = new Error("away");
  for (let n = 1; n < 5; n += 1) await next(connection);
  const sixth = next(connection);
  let before = -1;
  await until(() => {
    const stands = sent === before && connection.stats.buffered >= 4;
    before = sent;
    return stands;
  });
  expect(cursor.position).toMatchObject({ handedOver: 5, acknowledged: 5, saved: 0 });
  store.failure = undefined;
  expect((await sixth).position).toBe(6);
  expect(cursor.position.saved).toBe(5);
  for (let n = 0; n < 300; n += 1) await next(connection);
  expect(sent).toBeGreaterThan(300);
});

test("a store that stays away while delivery waits ends the connection with CURSOR_STORE", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const server = await startServer();
  server.reply({ body: events(1, 9), finish: "hold" });
  const store = new WatchedStore();
  const connection = open({ url: server.url, cursor: cursorOver(store, { maxUnsaved: 2 }) });
  await next(connection);
  store.failure = new Error("away");
  await next(connection);
  const failing = rejection(next(connection));
  while (connection.state.status !== "closed") {
    await vi.advanceTimersByTimeAsync(1000);
    await turn();
  }
  const error = await failing;
  expect(error).toMatchObject({ code: "CURSOR_STORE", message: /the store failed to save it: away/ });
  expect(store.failed).toBeGreaterThanOrEqual(10);
});

test("a claim that fails is tried again with the connection", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 1), finish: "hold" });
  const store = new WatchedStore();
  store.failure = new Error("away");
  const connection = open({ url: server.url, cursor: cursorOver(store), reconnect: prompt });
  await until(() => connection.state.status === "reconnecting");
  expect(connection.state).toMatchObject({ error: { code: "CURSOR_STORE", details: { operation: "claim" } } });
  expect(server.requestCount).toBe(0);
  store.failure = undefined;
  expect((await next(connection)).position).toBe(1);
});

test("a store that hangs is given ten seconds, at a claim and at a save, and does not keep close() from ending", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const server = await startServer();
  server.reply({ body: events(1, 3), finish: "hold" });
  const store = new WatchedStore();
  const warnings: unknown[] = [];
  const logger = { ...silent, warn: (fields: object) => warnings.push(Reflect.get(fields, "error")) };
  const connection = open({ url: server.url, cursor: cursorOver(store), logger });
  await next(connection);
  store.holdSaves();
  await next(connection);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(String(warnings[0])).toContain("the store did not answer within 10000 ms");
  const closing = connection.close();
  await vi.advanceTimersByTimeAsync(10_000);
  await closing;
  const hanging = { claim: () => new Promise<never>(() => {}), save: async () => {} };
  const opened = rejection(open({ url: server.url, cursor: cursorOver(hanging) }).opened);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await opened).toMatchObject({ code: "CURSOR_STORE", details: { operation: "claim" } });
});

test("a connection that is closed during the claim sends nothing", async () => {
  const server = await startServer();
  const store = new MemoryCursorStore();
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = { claim: async (name: string) => (await gate, await store.claim(name)), save: store.save.bind(store) };
  const cursor = new DurableCursor({ name: "x", store: slow });
  const connection = open({ url: server.url, cursor });
  await turn();
  await connection.close();
  release();
  await turn();
  expect(server.requestCount).toBe(0);
  expect(cursor.position.epoch).toBe(0);
});

describe("a record that cannot be used is fatal", () => {
  const good: CursorRecord = { v: 1, name: "test", id: "7", after: [], n: 7, origin: "", at: 1, epoch: 1, version: 7 };

  /** The error of a connection whose record is this text. */
  async function errorWith(text: (origin: string) => string): Promise<unknown> {
    const server = await startServer();
    const kept = new Map([["hpx-cursor:test:record", text(server.url)]]);
    const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: kept.set.bind(kept) };
    const cursor = cursorOver(new WebStorageCursorStore(storage));
    const error = await rejection(open({ url: `${server.url}?key=secret`, cursor, reconnect: prompt }).opened);
    expect(server.requestCount).toBe(0);
    expect(String(error)).not.toContain("secret");
    return error;
  }

  test.each([
    ["cut off", () => JSON.stringify(good).slice(0, 50)],
    ["of another name", () => JSON.stringify({ ...good, name: "other" })],
    ["without an id", () => JSON.stringify({ ...good, id: undefined })],
    ["with an odd count", () => JSON.stringify({ ...good, n: -1 })],
    ["with an odd trail", () => JSON.stringify({ ...good, after: [1] })],
    ["empty", () => ""],
  ])("%s: CURSOR_STORE, never a start from nothing", async (_, text) => {
    expect(await errorWith(text)).toMatchObject({
      code: "CURSOR_STORE",
      message: /"test": its record is damaged; restore it/,
    });
  });

  test("of a later format", async () => {
    const error = await errorWith(() => JSON.stringify({ ...good, v: 2 }));
    expect(error).toMatchObject({ code: "CURSOR_STORE", message: /of a format that this version does not know/ });
  });

  test("of another URL: CONFIG that names both, without the query", async () => {
    const error = await errorWith(() => JSON.stringify({ ...good, origin: "https://x.test/a" }));
    expect(error).toMatchObject({
      code: "CONFIG",
      message: /its record is of https:\/\/x\.test\/a, and this is http:\/\/127/,
    });
  });

  test("a good one resumes, whatever the query", async () => {
    const server = await startServer();
    server.reply({ body: events(8, 8), finish: "hold" });
    const kept = new Map([["hpx-cursor:test:record", JSON.stringify({ ...good, origin: server.url })]]);
    const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: kept.set.bind(kept) };
    const connection = open({
      url: `${server.url}?a=1`,
      cursor: cursorOver(new WebStorageCursorStore(storage)),
    });
    expect((await next(connection)).position).toBe(8);
    expect(server.requests[0]?.lastEventId).toBe("7");
  });
});

test.each([
  [{ store: undefined }, "store: undefined cannot be used; it takes an object with claim(), save()"],
  [{ store: {} }, "store: an object without claim() cannot be used"],
  [{ name: "" }, 'name: "" cannot be used; it takes a name, which is not empty'],
  [{ saveEvery: 0 }, "saveEvery: 0 cannot be used"],
  [{ acknowledge: "auto" }, 'acknowledge: "auto" cannot be used; it takes "next" or "manual"'],
  [{ continuity: "seq" }, 'continuity: "seq" cannot be used; it takes "numeric", or an object with one of'],
  [{ continuity: { sequence() {}, step: 0 } }, "continuity.step: 0 cannot be used; it takes a whole number from 1"],
  [{ maxUnsavd: 5 }, "maxUnsavd: an unknown option cannot be used; did you mean maxUnsaved?"],
])("the options %j are CONFIG", (options, message) => {
  const all = { name: "x", store: new MemoryCursorStore(), ...options };
  expect(() => new DurableCursor(all as never)).toThrow(message);
});

test("a cursor takes overflow wait only", () => {
  const cursor = cursorOver(new MemoryCursorStore());
  for (const overflow of ["drop-oldest", "error"] as const) {
    expect(() => open({ url: "http://127.0.0.1:1/", cursor, overflow })).toThrow('a cursor takes "wait" only');
  }
});

test("an object that is no cursor is CONFIG", () => {
  expect(() => open({ url: "http://127.0.0.1:1/", cursor: { open() {} } as never })).toThrow(
    "cursor: an object without asked() cannot be used",
  );
});

test("an error of a cursor of one's own ends the connection with HANDLER", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 2), finish: "hold" });
  const cause = new Error("no");
  const cursor = {
    open: async () => undefined,
    asked() {},
    handOver() {
      throw cause;
    },
    close: async () => {},
  };
  const error = await rejection(next(open({ url: server.url, cursor })));
  expect(error).toMatchObject({ code: "HANDLER", details: { hook: "cursor.handOver" }, cause });
});
