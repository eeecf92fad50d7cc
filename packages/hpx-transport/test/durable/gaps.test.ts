import {
  type ContinuityVerdict,
  type DurableOptions,
  type Gap,
  MemoryCursorStore,
  wikimediaContinuity,
} from "hpx-transport/durable";
import type { SseOptions } from "hpx-transport/sse";
import { describe, expect, test } from "vitest";
import { prompt, startServer } from "../sse/support.js";
import { rejection } from "../support/promises.js";
import { cursorOver, next, open, WatchedStore } from "./support.js";

interface Seen {
  /** Data of the events, and gaps where they were told. */
  readonly order: string[];
  readonly gaps: Gap[];
  readonly stats: { readonly lost: number; readonly duplicates: number };
}

/** What a consumer sees of bodies that come one after the other; each but the last one is cut off. */
async function consume(
  bodies: readonly string[],
  options: Partial<DurableOptions>,
  source: Partial<SseOptions> & { readonly count: number; readonly store?: MemoryCursorStore },
): Promise<Seen> {
  const { count, store = new MemoryCursorStore(), ...others } = source;
  const server = await startServer();
  server.route("/", ...bodies.map((body, n) => ({ body, finish: n === bodies.length - 1 ? "hold" : "cut" }) as const));
  const gaps: Gap[] = [];
  const order: string[] = [];
  const onGap = (gap: Gap): void => {
    gaps.push(gap);
    order.push(`${gap.kind} ${gap.count}`);
  };
  const connection = open({
    url: server.url,
    cursor: cursorOver(store, { onGap, ...options }),
    reconnect: prompt,
    ...others,
  });
  for (let n = 0; n < count; n += 1) order.push((await next(connection)).data);
  const { lost, duplicates } = connection.stats;
  await connection.close();
  return { order, gaps, stats: { lost, duplicates } };
}

const numbered = (...ids: readonly number[]): string => ids.map((id) => `id: ${id}\ndata: ${id}\n\n`).join("");

describe("numeric", () => {
  test("missing ids are a loss, told just before the first event after it", async () => {
    const { order, gaps, stats } = await consume([numbered(1, 2, 5, 6)], { continuity: "numeric" }, { count: 4 });
    expect(order).toEqual(["1", "2", "lost 2", "5", "6"]);
    expect(gaps).toMatchObject([{ kind: "lost", count: 2, key: "", after: "2", before: "5", found: "ids" }]);
    expect(stats).toEqual({ lost: 2, duplicates: 0 });
  });

  test("ids that come again after a reconnect are dropped, and told", async () => {
    const bodies = [numbered(1, 2, 3), numbered(2, 3, 4)];
    const { order, stats } = await consume(bodies, { continuity: "numeric" }, { count: 4 });
    expect(order).toEqual(["1", "2", "3", "duplicate 1", "duplicate 1", "4"]);
    expect(stats).toEqual({ lost: 0, duplicates: 2 });
  });

  test("an event without an id of its own after a reconnect is no repetition of the last one", async () => {
    const bodies = [numbered(1, 2), "data: x\n\n" + numbered(3)];
    expect((await consume(bodies, { continuity: "numeric" }, { count: 4 })).order).toEqual(["1", "2", "x", "3"]);
  });

  test("they are delivered where that is asked for", async () => {
    const options = { continuity: "numeric", duplicates: "deliver" } as const;
    const { order } = await consume([numbered(1, 2), numbered(2, 3)], options, { count: 4 });
    expect(order).toEqual(["1", "2", "duplicate 1", "2", "3"]);
  });

  test("ids that go back in the middle of a connection are a reset", async () => {
    const { order, gaps } = await consume([numbered(7, 8, 1, 2)], { continuity: "numeric" }, { count: 4 });
    expect(order).toEqual(["7", "8", "reset unknown", "1", "2"]);
    expect(gaps).toMatchObject([{ kind: "reset", after: "8", before: "1" }]);
  });

  test("events without an id of their own, and ids that are no numbers, are not counted", async () => {
    const body = "id: 1\ndata: a\n\ndata: b\n\nid: x\ndata: c\n\nid: 2\ndata: d\n\n";
    const { order } = await consume([body], { continuity: "numeric" }, { count: 4 });
    expect(order).toEqual(["a", "b", "c", "d"]);
  });

  test("beyond 2^53", async () => {
    const body = "id: 90071992547409930\ndata: a\n\nid: 90071992547409932\ndata: b\n\n";
    const { order } = await consume([body], { continuity: "numeric" }, { count: 2 });
    expect(order).toEqual(["a", "lost 1", "b"]);
  });

  test("a gap at the first event after a restart is found there", async () => {
    const store = new MemoryCursorStore();
    const server = await startServer();
    const gaps: Gap[] = [];
    const run = async (body: string, count: number): Promise<void> => {
      server.route("/", { body, finish: "hold" });
      const cursor = cursorOver(store, { continuity: "numeric", onGap: (gap) => void gaps.push(gap) });
      const connection = open({ url: server.url, cursor });
      for (let n = 0; n <= count; n += 1) await next(connection);
      await connection.close();
    };
    await run(numbered(1, 2, 3), 2);
    await run(numbered(6, 7), 1);
    expect(server.requests[1]?.lastEventId).toBe("2");
    expect(gaps).toMatchObject([{ kind: "lost", count: 3, after: "2", before: "6", found: "restart" }]);
  });

  test("gaps: error throws GAP in place of the event", async () => {
    const server = await startServer();
    server.reply({ body: numbered(1, 3), finish: "hold" });
    const cursor = cursorOver(new MemoryCursorStore(), { continuity: "numeric", gaps: "error" });
    const connection = open({ url: server.url, cursor });
    await next(connection);
    const error = await rejection(next(connection));
    expect(error).toMatchObject({
      code: "GAP",
      message:
        'cursor "test": 1 event was lost between "1" and "3"; to go on after it, fetch what is missing and run once with gaps: "report"',
      details: { gap: { kind: "lost", count: 1 } },
      retryable: false,
    });
    expect(cursor.position).toMatchObject({ handedOver: 1, acknowledged: 1 });
    await server.idle();
  });
});

describe("numbers in the events", () => {
  const json = (key: string, ...numbers: readonly number[]): string =>
    numbers.map((n) => `data: {"s":"${key}","n":${n}}\n\n`).join("");
  const parsed = (event: { data: string }): { s: string; n: number } =>
    JSON.parse(event.data) as { s: string; n: number };

  test("sequence, each key on its own, with a step", async () => {
    const continuity = { sequence: parsedNumber, key: parsedKey, step: 10 };
    const body = json("a", 10, 20) + json("b", 500, 510) + json("a", 50) + json("b", 520);
    const { order, gaps } = await consume([body], { continuity }, { count: 6 });
    expect(order.filter((line) => !line.startsWith("{"))).toEqual(["lost 2"]);
    expect(gaps).toMatchObject([{ key: "a", after: "20", before: "50", found: "sequence" }]);
  });

  test("an event without a number is passed over", async () => {
    const continuity = {
      sequence: (event: { data: string }) => (event.data === "beat" ? undefined : Number(event.data)),
    };
    const body = "data: 1\n\ndata: beat\n\ndata: 2\n\ndata: 4\n\n";
    const { order } = await consume([body], { continuity }, { count: 4 });
    expect(order).toEqual(["1", "beat", "2", "lost 1", "4"]);
  });

  test("ranges, as order books have them: an overlap is no gap", async () => {
    const continuity = {
      range: ({ data }: { data: string }) => {
        const [from = 0, to = 0] = data.split("-").map(Number);
        return { from, to };
      },
    };
    const body = ["1-5", "6-9", "8-12", "15-16"].map((data) => `data: ${data}\n\n`).join("");
    const { order } = await consume([body], { continuity }, { count: 4 });
    expect(order).toEqual(["1-5", "6-9", "8-12", "lost 2", "15-16"]);
  });

  test("each key is caught up on its own after a reconnect", async () => {
    const continuity = { sequence: parsedNumber, key: parsedKey };
    const bodies = [json("a", 1, 2) + json("b", 1), json("b", 2) + json("a", 2, 3) + json("b", 1)];
    const { order } = await consume(bodies, { continuity }, { count: 6 });
    expect(order.filter((line) => !line.startsWith("{"))).toEqual(["duplicate 1", "reset unknown"]);
  });

  test("the state is saved with the acknowledgement, not before", async () => {
    const store = new WatchedStore();
    await consume(
      [json("a", 1, 2, 3)],
      { continuity: { sequence: parsedNumber, key: parsedKey } },
      { count: 3, store },
    );
    expect(store.last).toMatchObject({ n: 2, seq: { a: "2" } });
  });

  test("wikimediaContinuity() counts the offsets of each topic and partition", async () => {
    const meta = (topic: string, offset: number): string =>
      `data: ${JSON.stringify({ meta: { topic, partition: 0, offset } })}\n\n`;
    const body =
      meta("eqiad.x", 5) + meta("codfw.x", 9) + meta("eqiad.x", 6) + "data: no json\n\n" + meta("codfw.x", 12);
    const { gaps } = await consume([body], { continuity: wikimediaContinuity() }, { count: 5 });
    expect(gaps).toMatchObject([{ kind: "lost", count: 2, key: "codfw.x/0", after: "9", before: "12" }]);
  });

  function parsedNumber(event: { data: string }): number {
    return parsed(event).n;
  }
  function parsedKey(event: { data: string }): string {
    return parsed(event).s;
  }
});

describe("a check of one's own", () => {
  test("gets the state after the event before, over restarts, and its verdict counts", async () => {
    const store = new WatchedStore();
    const states: unknown[] = [];
    const continuity = {
      check(state: unknown, { data }: { data: string }): ContinuityVerdict {
        states.push(state);
        const verdicts: Record<string, ContinuityVerdict["verdict"]> = { b: { lost: "unknown" }, c: "duplicate" };
        return { state: data, verdict: verdicts[data] };
      },
    };
    const body = "data: a\n\ndata: b\n\ndata: c\n\ndata: d\n\n";
    const first = await consume([body], { continuity }, { count: 3, store });
    expect(first.order).toEqual(["a", "lost unknown", "b", "duplicate 1", "d"]);
    expect(states).toEqual([undefined, "a", "b", "b"]);
    expect(store.last).toMatchObject({ n: 2, seq: "b" });
  });

  test("that answers something else is HANDLER", async () => {
    const server = await startServer();
    server.reply({ body: "data: a\n\n", finish: "hold" });
    const cursor = cursorOver(new MemoryCursorStore(), { continuity: { check: () => "ok" as never } });
    const error = await rejection(next(open({ url: server.url, cursor })));
    expect(error).toMatchObject({ code: "HANDLER", message: /it returned "ok"; it takes \{ state, verdict\? \}/ });
  });
});

describe("events that only their content tells apart", () => {
  const mixed = "id: 1\ndata: a\n\ndata: b\n\ndata: c\n\n";

  test("those after the last id come again at a reconnect, and are dropped", async () => {
    const { order, stats } = await consume([mixed, "data: b\n\ndata: c\n\ndata: d\n\n"], {}, { count: 4 });
    expect(order).toEqual(["a", "b", "c", "duplicate 1", "duplicate 1", "d"]);
    expect(stats.duplicates).toBe(2);
  });

  test("and at a restart, as far as they were acknowledged", async () => {
    const store = new MemoryCursorStore();
    await consume([mixed], {}, { count: 3, store });
    const server = await startServer();
    server.reply({ body: "data: b\n\ndata: c\n\n", finish: "hold" });
    const claim = await store.claim("test");
    expect(claim.record).toMatchObject({ id: "1", n: 2 });
    expect(claim.record?.after).toHaveLength(1);
  });

  test("an equal event that is new is delivered", async () => {
    const { order } = await consume(["id: 1\ndata: a\n\ndata: b\n\ndata: b\n\n"], {}, { count: 3 });
    expect(order).toEqual(["a", "b", "b"]);
  });

  test("other events than those before are delivered at a reconnect", async () => {
    const { order } = await consume([mixed, "data: x\n\ndata: b\n\n"], {}, { count: 5 });
    expect(order).toEqual(["a", "b", "c", "x", "b"]);
  });
});

describe("remember", () => {
  test("a server that replays everything, without ids: what was acknowledged is dropped over a restart", async () => {
    const store = new WatchedStore();
    const all = (to: number): string => Array.from({ length: to }, (_, n) => `data: e${n}\n\n`).join("");
    const server = await startServer();
    const run = async (body: string, count: number): Promise<string[]> => {
      server.route("/", { body, finish: "hold" });
      const connection = open({ url: server.url, cursor: cursorOver(store, { remember: 100 }) });
      const data: string[] = [];
      for (let n = 0; n < count; n += 1) data.push((await next(connection)).data);
      await connection.close();
      return data;
    };
    expect(await run(all(4), 4)).toEqual(["e0", "e1", "e2", "e3"]);
    expect(store.last?.remember).toHaveLength(3);
    // The last one was in hand and not acknowledged: it comes again.
    expect(await run(all(6), 3)).toEqual(["e3", "e4", "e5"]);
  });

  test("equal events in the middle of a stream are two", async () => {
    const body = "data: a\n\ndata: a\n\ndata: b\n\ndata: a\n\n";
    const { order } = await consume([body], { remember: 10 }, { count: 4 });
    expect(order).toEqual(["a", "a", "b", "a"]);
  });

  test("only the last ones are kept", async () => {
    const store = new WatchedStore();
    const body = Array.from({ length: 50 }, (_, n) => `data: ${n}\n\n`).join("");
    await consume([body], { remember: 3 }, { count: 50, store });
    expect(store.last?.remember).toHaveLength(3);
  });
});

test("a loss that the server told joins the gaps, in the consumer's order, and is counted once", async () => {
  const handler = {
    judgeEvent: ({ data }: { data: string }) => (data === "dropped 3" ? { lost: 3 } : undefined),
  };
  const body = "id: 1\ndata: a\n\nid: 2\ndata: dropped 3\n\nid: 3\ndata: b\n\n";
  const { order, gaps, stats } = await consume([body], {}, { count: 3, handler });
  expect(order).toEqual(["a", "dropped 3", "lost 3", "b"]);
  expect(gaps).toMatchObject([{ found: "server", after: "2", before: "3" }]);
  expect(stats.lost).toBe(3);
});

test("an onGap that throws is HANDLER, and the event is not handed over", async () => {
  const cause = new Error("stop");
  const onGap = (): never => {
    throw cause;
  };
  const failing = consume([numbered(1, 3)], { continuity: "numeric", onGap }, { count: 2 });
  expect(await rejection(failing)).toMatchObject({ code: "HANDLER", cause });
});
