import * as fc from "fast-check";
import type { DurableCursor } from "hpx-transport/durable";
import type { SseCursor, SseCursorConnection, SseEvent } from "hpx-transport/sse";
import { expect, test } from "vitest";
import { prompt, startServer, until } from "../sse/support.js";
import { rejection } from "../support/promises.js";
import { cursorOver, drain, events, next, open, turn, WatchedStore } from "./support.js";

// The events of a read are counted in one step, and most are handed over without a call of the cursor. None of that may be seen.

/** How an event of a body says its id: a new one, the one before again, or not at all. */
const block = fc.constantFrom("new", "same", "none");
/** What the consumer does with an event before it asks for the next one. */
const deed = fc.constantFrom("nothing", "nothing", "nothing", "acknowledge");

interface Step {
  readonly block: "new" | "same" | "none";
  readonly deed: "nothing" | "acknowledge";
}

function bodyOf(steps: readonly Step[]): string {
  let id = 0;
  return steps
    .map((step, index) => {
      if (step.block === "new") id += 1;
      const line = step.block === "none" || id === 0 ? "" : `id: ${id}\n`;
      return `${line}data: e${index}\n\n`;
    })
    .join("");
}

/** The ids of the events, as they stand after each. */
function idsOf(steps: readonly Step[]): string[] {
  let id = 0;
  return steps.map((step) => {
    if (step.block === "new") id += 1;
    return id === 0 ? "" : String(id);
  });
}

test("whatever ids the events have, the position is right at each of them, and the next run repeats none", async () => {
  const server = await startServer();
  const steps = fc.array(fc.record({ block, deed }), { minLength: 1, maxLength: 40 });
  const check = async (taken: readonly Step[], stopped: number): Promise<void> => {
    const stop = stopped % taken.length;
    const ids = idsOf(taken);
    server.reply({ body: bodyOf(taken), finish: "hold" });
    const store = new WatchedStore();
    const cursor = cursorOver(store, { saveEvery: 7 });
    const connection = open({ url: server.url, cursor });
    for (let index = 0; index <= stop; index += 1) await work(connection, cursor, { index, ids, step: taken[index] });
    const acknowledged = stop + (taken[stop]?.deed === "acknowledge" ? 1 : 0);
    await connection.close();
    expect(cursor.position).toMatchObject({ acknowledged, saved: acknowledged, handedOver: stop + 1 });
    // The server repeats what comes after the id: what was acknowledged of it is dropped.
    const from = ids.indexOf(store.last?.id ?? "");
    if (acknowledged === 0 || store.last?.id === "") return;
    server.reply({
      body: bodyOf(taken)
        .split("\n\n")
        .slice(from + 1)
        .join("\n\n"),
    });
    const rest = await drain(open({ url: server.url, cursor: cursorOver(store) }));
    const expected = taken.map((_, index) => `e${index}`).slice(acknowledged);
    expect(rest).toEqual(expected);
  };
  await fc.assert(fc.asyncProperty(steps, fc.nat(), check), { numRuns: 40 });
}, 60_000);

async function work(
  connection: ReturnType<typeof open>,
  cursor: DurableCursor,
  { index, ids, step }: { index: number; ids: readonly string[]; step: Step | undefined },
): Promise<void> {
  const event = await next(connection);
  const before = index === 0 ? "" : ids[index - 1];
  expect(event.position).toBe(index + 1);
  expect(cursor.position).toMatchObject({ handedOver: index + 1, acknowledged: index, id: before });
  if (step?.deed !== "acknowledge") return;
  cursor.acknowledge(event);
  expect(cursor.position).toMatchObject({ acknowledged: index + 1, id: ids[index] });
}

test("acknowledge() in the middle of a read counts from there on as before", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 9), finish: "hold" });
  const cursor = cursorOver(new WatchedStore());
  const connection = open({ url: server.url, cursor });
  const first = await next(connection);
  cursor.acknowledge(first);
  expect(cursor.position).toMatchObject({ handedOver: 1, acknowledged: 1, id: "1" });
  for (let position = 2; position <= 9; position += 1) {
    const event = await next(connection);
    expect([event.id, event.position]).toEqual([String(position), position]);
    expect(cursor.position).toMatchObject({
      handedOver: position,
      acknowledged: position - 1,
      id: String(position - 1),
    });
  }
});

test("maxUnsaved holds delivery in the middle of a read", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 100), finish: "hold" });
  const store = new WatchedStore();
  const cursor = cursorOver(store, { maxUnsaved: 10, saveEvery: 1000, saveInterval: 60_000 });
  const connection = open({ url: server.url, cursor });
  const release = store.holdSaves();
  for (let n = 0; n < 10; n += 1) await next(connection);
  const eleventh = next(connection);
  await turn();
  expect(cursor.position).toMatchObject({ handedOver: 10, acknowledged: 10, saved: 0 });
  release();
  expect((await eleventh).position).toBe(11);
});

test("events after an interruption are examined, although they are there together with those before it", async () => {
  const server = await startServer();
  server.reply(
    { body: "id: 1\ndata: e1\n\ndata: x\n\n", finish: "cut" },
    { body: `data: x\n\n${events(2, 3)}`, finish: "hold" },
  );
  const connection = open({ url: server.url, cursor: cursorOver(new WatchedStore()), reconnect: prompt });
  await until(() => connection.stats.events === 5);
  const data: string[] = [];
  for (let n = 0; n < 4; n += 1) data.push((await next(connection)).data);
  expect(data).toEqual(["e1", "x", "e2", "e3"]);
});

test("count-driven saves begin 20 ms apart in a fast stream, and what is due then is saved without another event", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 40_000), finish: "hold" });
  const began: number[] = [];
  class TimedStore extends WatchedStore {
    override async save(...args: Parameters<WatchedStore["save"]>): Promise<void> {
      began.push(performance.now());
      await super.save(...args);
    }
  }
  const store = new TimedStore();
  const cursor = cursorOver(store, { saveEvery: 1000, saveInterval: 60_000 });
  const connection = open({ url: server.url, cursor });
  const start = performance.now();
  for (let n = 0; n < 39_999; n += 1) await next(connection);
  await until(() => (store.last?.n ?? 0) > 39_000);
  // A process may be interrupted between the decision to save and the store: only all of the time together is sure.
  const passed = (began.at(-1) ?? 0) - start;
  expect(began.length - 2).toBeLessThanOrEqual(passed / 19);
});

/** A cursor of one's own that deals with the events of a read at once, or throws there. */
class OwnCursor implements SseCursor {
  connection: SseCursorConnection | undefined;
  readonly calls: string[] = [];
  readonly failure: Error | undefined;

  constructor(failure?: Error) {
    this.failure = failure;
  }

  async open(connection: SseCursorConnection): Promise<undefined> {
    this.connection = connection;
  }

  asked(): void {
    this.calls.push("asked");
  }

  handOver(event: SseEvent): boolean {
    this.calls.push(event.data);
    return true;
  }

  ahead(coming: readonly SseEvent[], from: number, to: number): void {
    if (this.failure !== undefined) throw this.failure;
    this.calls.push(
      `ahead ${coming
        .slice(from, to)
        .map(({ data }) => data)
        .join()}`,
    );
    if (this.connection !== undefined) this.connection.tally.freeUntil = this.connection.tally.handedOver + 2;
  }

  async close(): Promise<void> {}
}

test("a cursor of one's own says how many events need no call, and is called for the others", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 5), finish: "hold" });
  const cursor = new OwnCursor();
  const connection = open({ url: server.url, cursor });
  for (let n = 0; n < 4; n += 1) await next(connection);
  expect(cursor.calls).toEqual(["e1", "ahead e2,e3,e4,e5", "asked", "e4", "ahead e5"]);
  expect(cursor.connection?.tally).toMatchObject({ handedOver: 2, acknowledged: 1 });
});

test("what comes next is told up to the first event after an interruption, and nothing passes that is not there", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 2), finish: "cut" }, { body: events(3, 4), finish: "hold" });
  const cursor = new OwnCursor();
  const connection = open({ url: server.url, cursor, reconnect: prompt });
  await until(() => connection.stats.events === 4);
  const data: string[] = [];
  for (let n = 0; n < 4; n += 1) data.push((await next(connection)).data);
  expect(data).toEqual(["e1", "e2", "e3", "e4"]);
  expect(cursor.calls.slice(1, 3)).toEqual(["e1", "ahead e2"]);
  let settled = false;
  void connection.next().then(() => (settled = true));
  await turn();
  expect(settled).toBe(false);
});

test("a cursor of one's own that throws in ahead() ends the connection with HANDLER", async () => {
  const server = await startServer();
  server.reply({ body: events(1, 5), finish: "hold" });
  const connection = open({ url: server.url, cursor: new OwnCursor(new Error("oops")) });
  expect(await rejection(drain(connection))).toMatchObject({ code: "HANDLER", message: /cursor\.ahead/ });
});
