import { cp, rm } from "node:fs/promises";
import { connect } from "@nats-io/transport-node";
import { verify, type NatsLogOptions } from "hpx-relay";
import { describe, expect, onTestFinished, test } from "vitest";
import { NatsLog } from "../src/log/nats/nats-log.js";
import type { Known } from "../src/commit/settle.js";
import { type Hinted, HintKeeper } from "../src/source/keep-hints.js";
import { hasNats, NatsServers } from "./log/support/nats-servers.js";
import { feedServer, NumberedEvents, reached, shown, startRelay, statusOf } from "./relay-support.js";
import { recordsOf, temporaryFolder, until } from "./support.js";

const optionsFor = (servers: NatsServers, maxAge = 0): NatsLogOptions => ({
  servers: servers.urls,
  name: "RELAY",
  subject: "feed.{source}",
  replicas: servers.urls.length,
  maxAge,
});

async function reader(servers: NatsServers): Promise<NatsLog> {
  const log = await NatsLog.open(optionsFor(servers));
  onTestFinished(() => log.close());
  return log;
}

describe.skipIf(!hasNats)("a relay over NATS", () => {
  test(
    "two relays that both run every source, while servers are killed and come back, lose and double nothing",
    { timeout: 120_000 },
    async () => {
      const servers = await NatsServers.start(3);
      const feed = await feedServer();
      feed.publish({ id: "0", data: "before" });
      const sources = Object.fromEntries(
        ["a", "b", "c"].map((name) => [name, { url: feed.url, continuity: "numeric" as const }]),
      );
      const config = {
        log: servers.urls.join(","),
        stream: { maxAge: 0 },
        defaults: { start: { after: "0" } },
        sources,
      };
      const first = await startRelay({ ...config, id: "one" });
      const second = await startRelay({ ...config, id: "two" });
      const numbered = new NumberedEvents(feed);
      await numbered.publish(1000);
      for (const victim of [0, 1, 2]) {
        await servers.kill(victim);
        await numbered.publish(1000);
        servers.run(victim);
        await servers.ready();
        await numbered.publish(500);
      }
      for (const name of ["a", "b", "c"]) {
        const all = (): boolean => Math.max(statusOf(first, name).n, statusOf(second, name).n) >= numbered.count;
        await until(`all of ${name}`, all, 60_000);
      }
      const log = await reader(servers);
      const report = await verify(log, { numeric: new Set(["a", "b", "c"]) });
      expect(report).toMatchObject({
        sources: 3,
        events: numbered.count * 3,
        lost: 0,
        doubled: 0,
        damaged: 0,
        gaps: 0,
        faults: [],
      });
      expect(shown(await recordsOf(log, { source: "b" }))).toEqual(
        Array.from({ length: numbered.count }, (_, index) => `${index + 1}=event ${index + 1}`),
      );
    },
  );

  test("a log that lost its end is filled again from the source, and a marker says what it lost", async () => {
    const servers = await NatsServers.start();
    const feed = await feedServer();
    feed.publish({ id: "0", data: "before" });
    const relay = await startRelay({
      log: servers.urls.join(),
      defaults: { start: { after: "0" } },
      sources: { a: { url: feed.url, continuity: "numeric" } },
    });
    for (let n = 1; n <= 10; n += 1) feed.publish({ data: `event ${n}` });
    await reached(relay, "a", 10);
    // A backup of a server that is down.
    await servers.kill(0);
    const backup = temporaryFolder();
    await cp(servers.store(0), backup, { recursive: true });
    servers.run(0);
    await servers.ready();
    for (let n = 11; n <= 15; n += 1) feed.publish({ data: `event ${n}` });
    await reached(relay, "a", 15);
    await servers.kill(0);
    await rm(servers.store(0), { recursive: true });
    await cp(backup, servers.store(0), { recursive: true });
    servers.run(0);
    await servers.ready();
    for (let n = 16; n <= 20; n += 1) feed.publish({ data: `event ${n}` });
    await reached(relay, "a", 20);
    const log = await reader(servers);
    const events = (from: number, to: number): string[] =>
      Array.from({ length: to - from + 1 }, (_, index) => `${from + index}=event ${from + index}`);
    expect(shown(await recordsOf(log))).toEqual([...events(1, 10), '<rewind {"lost":5}>', ...events(11, 20)]);
    expect(await verify(log, { numeric: new Set(["a"]) })).toMatchObject({ lost: 0, doubled: 0, gaps: 0, rewinds: 1 });
    expect(statusOf(relay, "a")).toMatchObject({ rewinds: 1, fenced: 0 });
  });

  test(
    "the cursor of a quiet source is kept alive in a stream that forgets, also for the next relay",
    { timeout: 60_000 },
    async () => {
      const servers = await NatsServers.start();
      const feed = await feedServer();
      const config = { log: servers.urls.join(), stream: { maxAge: "2s" }, sources: { a: { url: feed.url } } };
      const first = await startRelay(config);
      feed.publish({ id: "x-1", data: "one" });
      await reached(first, "a", 1);
      const log = await reader(servers);
      await until("the event is deleted", async () => !shown(await recordsOf(log)).includes("x-1=one"));
      expect((await log.tails(["a"])).get("a")).toMatchObject({ kind: "cursor", id: "x-1", n: 1 });
      await first.close();
      feed.publish({ id: "x-2", data: "two" });
      const second = await startRelay(config);
      await reached(second, "a", 2);
      expect((await feed.request(2)).lastEventId).toBe("x-1");
    },
  );

  test(
    "a log that an operator purged while no relay ran is gone on with where the relay stood, behind a gap",
    { timeout: 60_000 },
    async () => {
      const servers = await NatsServers.start(3);
      const feed = await feedServer();
      feed.publish({ id: "0", data: "before" });
      const config = {
        log: servers.urls.join(),
        defaults: { start: { after: "0" } },
        sources: { a: { url: feed.url, continuity: "numeric" as const }, b: { url: feed.url } },
      };
      const first = await startRelay(config);
      for (let n = 1; n <= 3; n += 1) feed.publish({ data: `event ${n}` });
      for (const name of ["a", "b"]) await reached(first, name, 3);
      await first.close();
      feed.publish({ data: "event 4" });
      const connection = await connect({ servers: [...servers.addresses] });
      const purged = await connection.request("$JS.API.STREAM.PURGE.RELAY", JSON.stringify({ filter: "feed.a" }));
      expect(purged.string()).toContain('"success":true');
      await connection.close();
      const second = await startRelay(config);
      for (const name of ["a", "b"]) await reached(second, name, 4);
      const log = await reader(servers);
      const gap = '<gap {"lost":"unknown","found":"log purged"}>';
      expect(shown(await recordsOf(log, { source: "a" }))).toEqual([gap, "4=event 4"]);
      expect(shown(await recordsOf(log, { source: "b" }))).toEqual([1, 2, 3, 4].map((n) => `${n}=event ${n}`));
      expect(statusOf(second, "a").gaps).toBe(1);
      expect(await verify(log, { numeric: new Set(["a"]) })).toMatchObject({ lost: 0, doubled: 0, gaps: 1 });
    },
  );

  test("cursors are copied while the relay runs, those that moved, also after a time without the log", async () => {
    const servers = await NatsServers.start();
    const log = await reader(servers);
    const stands = (n: number): Known => ({ pos: n, n, id: `id ${n}`, after: 1, hash: "0123456789abcdef" });
    const sources: (Hinted & { end: { known: Known } | undefined })[] = [
      { settings: { name: "a" }, end: { known: stands(1) } },
      { settings: { name: "elsewhere" }, end: undefined },
    ];
    const keeper = new HintKeeper(log.hints, () => sources, 20);
    onTestFinished(() => keeper.stop());
    const copied = (name: string, n: number): Promise<void> =>
      until(`the copy ${n} of ${name}`, async () => (await log.hints.read(name).catch(() => undefined))?.n === n);
    await copied("a", 1);
    expect(await log.hints.read("a")).toEqual({ n: 1, id: "id 1", after: 1, hash: "0123456789abcdef" });
    expect(await log.hints.read("elsewhere")).toBeUndefined();
    sources.push({ settings: { name: "b" }, end: { known: stands(7) } });
    await copied("b", 7);
    // Another process copies what it knows: a source that did not move here is not copied again.
    await log.hints.write(new Map([["a", stands(9)]]));
    sources.push({ settings: { name: "c" }, end: { known: stands(8) } });
    await copied("c", 8);
    await copied("a", 9);
    await servers.kill(0);
    const [a] = sources;
    if (a?.end !== undefined) a.end.known = stands(10);
    await until(
      "a copy that fails",
      async () =>
        await log.hints.read("a").then(
          () => false,
          () => true,
        ),
    );
    servers.run(0);
    await servers.ready();
    await copied("a", 10);
  });

  test("an event that is larger than the server takes stops its source and no other", async () => {
    const servers = await NatsServers.start(1, "max_payload: 100000\n");
    const feed = await feedServer();
    feed.route("/large", {
      body: [{ event: { id: "1", data: "small" } }, { event: { id: "2", data: "x".repeat(90_000) } }],
    });
    const relay = await startRelay({
      log: servers.urls.join(),
      sources: { large: { url: new URL("large", feed.url) }, a: { url: feed.url } },
    });
    await until("the failure", () => statusOf(relay, "large").state === "failed");
    expect(statusOf(relay, "large")).toMatchObject({
      n: 1,
      error: expect.stringMatching(
        /the data of the event with the id "2" has 90000 bytes, and the log takes \d+ \(max_payload/,
      ) as unknown,
    });
    feed.publish({ data: "goes on" });
    await reached(relay, "a", 1);
  });
});
