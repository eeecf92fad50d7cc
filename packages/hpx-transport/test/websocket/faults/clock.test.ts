import { expect, onTestFinished, test } from "vitest";
import type { MockWsConnection } from "../../../src/testing/index.js";
import { connect, eventually, rejection, startServer, take, TestHandler, type Wire } from "../support.js";

/** Sets the wall clock to another time, as a clock does that is corrected: it runs on from there. Timers run as before. */
function setClock(difference: number): void {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given: [] | [number | string]) {
      super(given.length === 0 ? RealDate.now() + difference : given[0]);
    }
    static override now(): number {
      return RealDate.now() + difference;
    }
  } as DateConstructor;
  onTestFinished(() => {
    globalThis.Date = RealDate;
  });
}

/** Acknowledges, answers requests but for those of `silence`, and sends an update of each topic every 30 ms. */
async function serve(connection: MockWsConnection): Promise<void> {
  for await (const message of connection) {
    const wire = message.json() as Wire & { payload?: string };
    if (wire.payload !== "silence") await connection.sendJson({ id: wire.id, ok: true });
    if (wire.op === "subscribe") void feed(connection, wire.topics?.[0] ?? "").catch(() => {});
  }
}

async function feed(connection: MockWsConnection, topic: string): Promise<void> {
  for (let n = 1; connection.isOpen; n += 1) {
    await connection.sendJson({ topic, n });
    await connection.delay(30);
  }
}

const DAY = 86_400_000;

test.each([
  ["a day ahead", DAY],
  ["a day back", -DAY],
  ["half a minute ahead", 30_000],
  ["to the year 1970", -Date.now()],
])(
  "F27: a wall clock that jumps %s ends no healthy connection, and no wait is cut short or stretched",
  async (_name, by) => {
    const server = await startServer();
    server.otherwise(serve);
    const errors: unknown[] = [];
    const handler = new TestHandler({ onDisconnect: (error) => errors.push(error) });
    const limits = { pingInterval: 50, pongTimeout: 2000, idleTimeout: 2000, dataTimeout: 2000, maxLifetime: 60_000 };
    const { handle, stats } = await connect({ url: server.url, handler, ...limits });
    expect(stats.attempts).toBe(1);
    const subscription = handle.subscribe("a");
    await take(subscription, 2);
    const lost = rejection(handle.request("silence", { timeout: 400 }));
    const asked = performance.now();
    setClock(by);
    expect(await handle.request("r")).toMatchObject({ ok: true });
    expect(await lost).toMatchObject({ code: "REQUEST_TIMEOUT" });
    expect(performance.now() - asked).toBeGreaterThan(390);
    const peer = await server.connection(1);
    const pings = (): number => peer.frames.filter(({ kind }) => kind === "ping").length;
    const before = pings();
    await eventually("more pings", () => pings() > before + 3);
    await take(subscription, 10);
    expect([handle.stats.attempts, errors]).toEqual([1, []]);
    // It comes back as soon as before.
    await peer.finish("reset");
    await eventually("the second connection", () => handle.epoch === 2 && handle.state.status === "connected");
    expect(handle.stats.connectDuration ?? 0).toBeGreaterThanOrEqual(0);
    await take(subscription, 1);
    expect(errors).toHaveLength(1);
  },
);

test.each([
  ["a day ahead", DAY],
  ["a day back", -DAY],
])(
  "F27: after a wall clock that jumped %s, silence is noticed after idleTimeout, not before and not a day later",
  async (_name, by) => {
    const server = await startServer();
    server.otherwise({ finish: "hold" });
    const errors: unknown[] = [];
    const handler = { read: () => ({ kind: "update" }) as const, onDisconnect: (error: unknown) => errors.push(error) };
    const connection = await connect({ url: server.url, handler, idleTimeout: 600, pingInterval: 0 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await (await server.connection(1)).send("in");
    await take(connection, 1);
    const last = performance.now();
    setClock(by);
    await eventually("the end of the silence", () => errors.length > 0);
    expect(performance.now() - last).toBeGreaterThan(550);
    expect(errors[0]).toMatchObject({ code: "IDLE_TIMEOUT" });
  },
);
