import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Relay, type RelayConfig, verify } from "hpx-relay";
import { describe, expect, onTestFinished, test } from "vitest";
import { NatsLog } from "../../../src/log/nats/nats-log.js";
import { hasNats, NatsServers } from "../../log/support/nats-servers.js";
import { shown, startRelay, statusOf } from "../../relay-support.js";
import { recordsOf, until } from "../../support.js";

/** A source that sends what happens to all who listen, without ids, and knows nothing of what was before. */
class Broadcast {
  sent = 0;
  readonly url: string;
  readonly #streams = new Map<string, ServerResponse>();
  #refused: string | undefined;

  private constructor(port: number) {
    this.url = `http://127.0.0.1:${port}/`;
  }

  static async start(): Promise<Broadcast> {
    const server = createServer((request, response) => {
      const relay = String(request.headers["x-relay"]);
      if (relay === broadcast.#refused) {
        response.writeHead(503).end();
        return;
      }
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      broadcast.#streams.set(relay, response);
      response.on("close", () => {
        if (broadcast.#streams.get(relay) === response) broadcast.#streams.delete(relay);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    });
    const broadcast = new Broadcast((server.address() as AddressInfo).port);
    return broadcast;
  }

  static dataOf(n: number): string {
    return n % 5 === 0 ? "heartbeat" : `event ${n}`;
  }

  get listeners(): readonly string[] {
    return [...this.#streams.keys()].toSorted();
  }

  send(count: number): void {
    for (; count > 0; count -= 1) {
      this.sent += 1;
      for (const response of this.#streams.values()) response.write(`data: ${Broadcast.dataOf(this.sent)}\n\n`);
    }
  }

  /** Breaks the connection of one relay; with `refuse` it does not come back. */
  cut(relay: string, { refuse = false } = {}): void {
    if (refuse) this.#refused = relay;
    this.#streams.get(relay)?.destroy();
    this.#streams.delete(relay);
  }
}

/** Two relays with a pair, and which of them runs it. */
async function startPair(): Promise<{ broadcast: Broadcast; first: Relay; second: Relay; log: NatsLog }> {
  const servers = await NatsServers.start();
  const broadcast = await Broadcast.start();
  const config = (id: string): RelayConfig => ({
    id,
    log: servers.urls.join(),
    stream: { maxAge: 0 },
    group: { ttl: "2s" },
    sources: { ticks: { url: broadcast.url, headers: { "X-Relay": id }, ids: "none", pair: true, idleTimeout: 0 } },
  });
  const one = await startRelay(config("one"));
  const two = await startRelay(config("two"));
  await until("both listen, and one of them runs it", () => {
    const states = [one, two].map((relay) => statusOf(relay, "ticks").state).toSorted();
    return broadcast.listeners.join() === "one,two" && states.join() === "flowing,standby";
  });
  const [first, second] = statusOf(one, "ticks").state === "flowing" ? [one, two] : [two, one];
  const log = await NatsLog.open({
    servers: servers.urls,
    name: "RELAY",
    subject: "feed.{source}",
    replicas: 1,
    maxAge: 0,
  });
  onTestFinished(() => log.close());
  return { broadcast, first, second, log };
}

const reached = async (log: NatsLog, n: number): Promise<void> =>
  await until(`event ${n}`, async () => ((await log.tails(["ticks"])).get("ticks")?.n ?? 0) >= n);

/** Sends events until the wait is over. */
async function sendingFor(broadcast: Broadcast, wait: Promise<unknown>): Promise<void> {
  const timer = setInterval(() => broadcast.send(2), 10);
  await wait.finally(() => clearInterval(timer));
}

const all = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `=${Broadcast.dataOf(from + index)}`);

describe.skipIf(!hasNats)("a pair of relays for a source without ids", () => {
  test(
    "the first writes, and what it misses while its connection is broken, the second one writes; nothing is lost or doubled",
    { timeout: 60_000 },
    async () => {
      const { broadcast, first, second, log } = await startPair();
      broadcast.send(40);
      await reached(log, 40);
      expect(statusOf(second, "ticks")).toMatchObject({ state: "standby", owner: first.status.id, events: 0 });
      broadcast.cut(first.status.id);
      broadcast.send(30);
      await reached(log, 70);
      // The log has them before its acknowledgement arrives.
      await until("the second counts what it wrote", () => statusOf(second, "ticks").events === 30);
      // The first comes back, joins, and writes again.
      await until("both listen again", () => broadcast.listeners.length === 2);
      const { events } = statusOf(first, "ticks");
      await sendingFor(
        broadcast,
        until("the first writes again", () => statusOf(first, "ticks").events > events),
      );
      broadcast.send(5);
      await reached(log, broadcast.sent);
      expect(shown(await recordsOf(log))).toEqual(all(1, broadcast.sent));
      expect(await verify(log)).toMatchObject({ lost: 0, doubled: 0, gaps: 0 });
    },
  );

  test("the first one ends, and the second one goes on from what it heard", { timeout: 60_000 }, async () => {
    const { broadcast, first, second, log } = await startPair();
    broadcast.send(20);
    await reached(log, 20);
    await sendingFor(broadcast, first.close());
    await sendingFor(
      broadcast,
      until("the second runs it", () => statusOf(second, "ticks").state === "flowing"),
    );
    broadcast.send(1);
    await reached(log, broadcast.sent);
    expect(shown(await recordsOf(log))).toEqual(all(1, broadcast.sent));
  });

  test("where both are blind at once, a gap is marked, and they go on", { timeout: 60_000 }, async () => {
    const { broadcast, first, second, log } = await startPair();
    broadcast.send(20);
    await reached(log, 20);
    broadcast.cut(first.status.id);
    broadcast.cut(second.status.id);
    // Nobody hears these.
    broadcast.send(10);
    await until("both listen again", () => broadcast.listeners.length === 2);
    broadcast.send(15);
    await reached(log, 35);
    const gap = '<gap {"lost":"unknown","found":"no ids"}>';
    expect(shown(await recordsOf(log))).toEqual([...all(1, 20), gap, ...all(31, 45)]);
    expect(statusOf(first, "ticks").gaps + statusOf(second, "ticks").gaps).toBe(1);
  });

  test(
    "where the second heard too few of the last events to join, none of them is doubled beside the gap",
    { timeout: 60_000 },
    async () => {
      const { broadcast, first, second, log } = await startPair();
      broadcast.send(20);
      await reached(log, 20);
      broadcast.cut(second.status.id);
      await until("both listen again", () => broadcast.listeners.length === 2);
      broadcast.send(2);
      await reached(log, 22);
      broadcast.cut(first.status.id, { refuse: true });
      broadcast.send(5);
      await reached(log, 27);
      const gap = '<gap {"lost":"unknown","found":"no ids"}>';
      expect(shown(await recordsOf(log))).toEqual([...all(1, 22), gap, ...all(23, 27)]);
    },
  );

  test("the second one stays blind: the first writes all the same", { timeout: 60_000 }, async () => {
    const { broadcast, second, log } = await startPair();
    broadcast.send(20);
    broadcast.cut(second.status.id, { refuse: true });
    broadcast.send(20);
    await reached(log, 40);
    expect(shown(await recordsOf(log))).toEqual(all(1, 40));
  });
});
