import { cp, rm } from "node:fs/promises";
import { connect } from "@nats-io/transport-node";
import { type LogServer, openLog, type RelayLog } from "hpx-relay";
import { describe, expect, onTestFinished, test } from "vitest";
import { hasNats, NatsServers } from "../log/support/nats-servers.js";
import { feedServer, NumberedEvents, reached, startRelay } from "../relay-support.js";
import { temporaryFolder, until } from "../support.js";
import { events, Reader, serve } from "./support.js";

/** A server of a log that only reads. */
async function served(servers: NatsServers): Promise<LogServer> {
  const log: RelayLog = await openLog(
    {
      kind: "nats",
      servers: servers.urls,
      name: "RELAY",
      subject: "feed.{source}",
      replicas: servers.urls.length,
      maxAge: 0,
    },
    { readOnly: true },
  );
  onTestFinished(() => log.close());
  return await serve(log, {}, ["a", "b"]);
}

describe.skipIf(!hasNats)("a log in NATS is served", () => {
  test(
    "clients that follow, that come back and that begin later get every event once, while servers are killed",
    { timeout: 120_000 },
    async () => {
      const servers = await NatsServers.start(3);
      const feed = await feedServer();
      feed.publish({ id: "0", data: "before" });
      const relay = await startRelay({
        log: servers.urls.join(","),
        stream: { maxAge: 0 },
        defaults: { start: { after: "0" } },
        sources: { a: { url: feed.url, continuity: "numeric" }, b: { url: feed.url } },
      });
      const server = await served(servers);
      const readers = [new Reader(`${server.url}/a`, "earliest"), new Reader(`${server.url}/b`, "earliest")];
      const numbered = new NumberedEvents(feed);
      await numbered.publish(500);
      for (const victim of [0, 1, 2]) {
        await servers.kill(victim);
        await numbered.publish(500);
        const id = readers[0]?.lastEventId ?? "";
        readers.push(new Reader(`${server.url}/a`, id === "" ? "earliest" : id));
        servers.run(victim);
        await servers.ready();
        await numbered.publish(300);
      }
      await reached(relay, "a", numbered.count);
      for (const reader of readers) {
        await expect.poll(() => reader.data.at(-1), { timeout: 30_000 }).toBe(`event ${numbered.count}`);
        const first = numbered.count - reader.data.length + 1;
        expect(reader.data).toEqual(events(numbered.count, first));
      }
      expect(readers.slice(0, 2).map(({ data }) => data.length)).toEqual([numbered.count, numbered.count]);
    },
  );

  test("a log that lost its end: clients that follow go back as far, others hear of a gap, and get what the log has", async () => {
    const servers = await NatsServers.start();
    const feed = await feedServer();
    feed.publish({ id: "0", data: "before" });
    const relay = await startRelay({
      log: servers.urls.join(),
      defaults: { start: { after: "0" } },
      sources: { a: { url: feed.url, continuity: "numeric" } },
    });
    const server = await served(servers);
    const live = new Reader(`${server.url}/a`);
    await until("its place", () => live.lastEventId !== "");
    for (let n = 1; n <= 10; n += 1) feed.publish({ data: `event ${n}` });
    await live.has(10);
    await servers.kill(0);
    const backup = temporaryFolder();
    await cp(servers.store(0), backup, { recursive: true });
    servers.run(0);
    await servers.ready();
    for (let n = 11; n <= 15; n += 1) feed.publish({ data: `event ${n}` });
    await live.has(15);
    await servers.kill(0);
    await rm(servers.store(0), { recursive: true });
    await cp(backup, servers.store(0), { recursive: true });
    servers.run(0);
    await servers.ready();
    for (let n = 16; n <= 20; n += 1) feed.publish({ data: `event ${n}` });
    await reached(relay, "a", 20);
    const now = [...events(10), '<hpx-rewind {"lost":5}>', ...events(20, 11)];
    const gap = '<hpx-gap {"lost":"unknown","found":"log"}>';
    await until("the last event", () => live.data.at(-1) === "event 20");
    expect(live.data.slice(15)).toEqual(['<hpx-rewind {"lost":5,"found":"log"}>', ...now.slice(10)]);
    const ids = live.events.slice(0, 15).map(({ id }) => id);
    const back = new Reader(`${server.url}/a`, ids[12]);
    await back.has(now.length - 9);
    expect(back.data).toEqual(['<hpx-rewind {"lost":3,"found":"log"}>', ...now.slice(10)]);
    // Another process knows only the log.
    const other = await served(servers);
    const lost = new Reader(`${other.url}/a`, ids[12]);
    await lost.has(now.length + 1);
    expect(lost.data).toEqual([gap, ...now]);
    const kept = new Reader(`${other.url}/a`, ids[8]);
    await kept.has(now.length - 9);
    expect(kept.data).toEqual(now.slice(9));
  });

  test("a stream that somebody purged: the gap has the number of events where the numbers go on", async () => {
    const servers = await NatsServers.start();
    const feed = await feedServer();
    const relay = await startRelay({ log: servers.urls.join(), sources: { a: { url: feed.url } } });
    feed.publish({ data: "event 1" });
    await reached(relay, "a", 1);
    const server = await served(servers);
    const live = new Reader(`${server.url}/a`, "earliest");
    await live.has(1);
    for (let n = 2; n <= 6; n += 1) feed.publish({ data: `event ${n}` });
    await live.has(6);
    const connection = await connect({ servers: [...servers.addresses] });
    await connection.request("$JS.API.STREAM.PURGE.RELAY", JSON.stringify({ keep: 2 }));
    await connection.close();
    const reader = new Reader(`${server.url}/a`, live.events[0]?.id);
    await reader.has(3);
    expect(reader.data).toEqual(['<hpx-gap {"lost":3,"found":"purged"}>', ...events(6, 5)]);
    // It has everything.
    feed.publish({ data: "event 7" });
    await live.has(7);
    expect(live.data).toEqual(events(7));
  });

  test(
    "a quiet source in a stream that forgets: a client that comes back with the last id hears of no gap",
    { timeout: 60_000 },
    async () => {
      const servers = await NatsServers.start();
      const feed = await feedServer();
      const config = { log: servers.urls.join(), stream: { maxAge: "2s" }, sources: { a: { url: feed.url } } };
      const relay = await startRelay(config);
      feed.publish({ id: "x-1", data: "event 1" });
      await reached(relay, "a", 1);
      const server = await served(servers);
      const live = new Reader(`${server.url}/a`, "earliest");
      await live.has(1);
      const first = live.events[0]?.id ?? "";
      await until("three markers", () => Number.parseInt(live.lastEventId, 10) >= Number.parseInt(first, 10) + 3);
      const next = new Reader(`${server.url}/a`, live.lastEventId);
      await until("it is connected", () => server.clients === 2);
      feed.publish({ id: "x-2", data: "event 2" });
      await Promise.all([next.has(1), live.has(2)]);
      expect([next.data, live.data]).toEqual([["event 2"], ["event 1", "event 2"]]);
    },
  );
});
