import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { openLog } from "hpx-relay";
import { describe, expect, onTestFinished, test } from "vitest";
import { loadDriver } from "../../src/log/sqlite/driver.js";
import { messageOf, temporaryFolder, until } from "../support.js";
import { connected, events, marker, metric, Reader, serve, TestLog } from "./support.js";

describe("a log that lost its end", () => {
  /** Deletes what comes after `pos`, and appends as a relay does: other times, the same numbers. */
  async function rewind(path: string, log: TestLog, pos: number, n = pos): Promise<void> {
    const database = (await loadDriver())(path, { readOnly: false });
    database.exec(`delete from messages where pos > ${pos}`);
    database.close();
    log.forgetAfter("a", pos, n);
    await log.log.tails(["a"]);
  }

  test.each([
    ["the position has another message", 3],
    ["the log ends before the position", 0],
  ])(
    "a client that comes back hears of a gap where %s; one of the part that is left hears of none",
    async (_, more) => {
      const path = join(temporaryFolder(), "relay.db");
      const log = await TestLog.inFile(path);
      await log.add("a", 12);
      const first = await serve(log.log);
      const whole = new Reader(`${first.url}/a`, "earliest");
      await whole.has(12);
      await first.close();
      await rewind(path, log, 8);
      if (more > 0) {
        await log.append("a", messageOf(9, { at: 99_999 }));
        await log.append("a", messageOf(10, { at: 99_999 }));
      }
      const now = [...events(8), ...(more > 0 ? events(10, 9) : [])];
      const server = await serve(log.log);
      for (const { id } of whole.events.slice(8, 10)) {
        const reader = new Reader(`${server.url}/a`, id);
        await reader.has(now.length + 1);
        expect(reader.data).toEqual(['<hpx-gap {"lost":"unknown","found":"log"}>', ...now]);
      }
      const kept = new Reader(`${server.url}/a`, whole.events[6]?.id);
      await kept.has(now.length - 7);
      expect(kept.data).toEqual(now.slice(7));
    },
  );

  test("clients that follow are told by the server, also where the log is quiet afterwards", async () => {
    const path = join(temporaryFolder(), "relay.db");
    const log = await TestLog.inFile(path);
    await log.add("a", 10);
    const server = await serve(log.log);
    const reader = new Reader(`${server.url}/a`, "earliest");
    await reader.has(10);
    await log.add("a", 2);
    await reader.has(12);
    await rewind(path, log, 8);
    await reader.has(21);
    expect(reader.data.slice(12)).toEqual(['<hpx-gap {"lost":"unknown","found":"log"}>', ...events(8)]);
    await log.add("a", 2);
    await reader.has(23);
    expect(reader.data.slice(21)).toEqual(events(10, 9));
  });

  test("clients that follow, and come back meanwhile, are told how many of their last events it lost, and go on from there", async () => {
    const path = join(temporaryFolder(), "relay.db");
    const log = await TestLog.inFile(path);
    const server = await serve(log.log);
    const readers = [new Reader(`${server.url}/a`), new Reader(`${server.url}/a`)];
    await Promise.all(readers.map(connected));
    await log.add("a", 12);
    await Promise.all(readers.map(async (reader) => await reader.has(12)));
    const [live, other] = readers as [Reader, Reader];
    other.close();
    await other.over;
    await rewind(path, log, 8);
    await live.has(13);
    await log.append("a", marker("rewind", 8, '{"lost":4}'));
    await log.add("a", 3);
    await live.has(17);
    const now = ['<hpx-rewind {"lost":4}>', ...events(11, 9)];
    expect(live.data.slice(12)).toEqual(['<hpx-rewind {"lost":4,"found":"log"}>', ...now]);
    const back = [2, 0].map((less) => new Reader(`${server.url}/a`, other.events[11 - less]?.id));
    await Promise.all(back.map(async (reader) => await reader.has(5)));
    expect(back.map(({ data }) => data)).toEqual([
      ['<hpx-rewind {"lost":2,"found":"log"}>', ...now],
      ['<hpx-rewind {"lost":4,"found":"log"}>', ...now],
    ]);
    expect(await metric(server, 'rewinds_total{source="a"}')).toBe(3);
    expect(await metric(server, 'gaps_total{source="a"}')).toBe(0);
    // It loses its last event again.
    await rewind(path, log, 11, 10);
    await live.has(18);
    await log.add("a", 1);
    await live.has(19);
    expect(live.data.slice(17)).toEqual(['<hpx-rewind {"lost":1,"found":"log"}>', "event 11"]);
  });

  test("clients that follow are told where it has nothing of the source of its last message any more", async () => {
    const path = join(temporaryFolder(), "relay.db");
    const log = await TestLog.inFile(path);
    await log.add("a", 3);
    const server = await serve(log.log);
    const reader = new Reader(`${server.url}/b`, "earliest");
    await until("it is connected", () => reader.retries.length === 1);
    await log.add("b", 2);
    await reader.has(2);
    await rewind(path, log, 3);
    await reader.has(3);
    log.forgetAfter("b", 0, 0);
    await log.log.tails(["b"]);
    await log.add("b", 1);
    await reader.has(4);
    expect(reader.data).toEqual([...events(2), '<hpx-gap {"lost":"unknown","found":"log"}>', "event 1"]);
  });

  test("clients that follow are told where the same numbers come again at the same positions before anybody looks", async () => {
    const path = join(temporaryFolder(), "relay.db");
    const log = await TestLog.inFile(path);
    await log.add("a", 10);
    const server = await serve(log.log, { pollInterval: 300 });
    const reader = new Reader(`${server.url}/a`, "earliest");
    await reader.has(10);
    await until("it follows", async () => (await metric(server, 'events_total{source="a"}')) === 10);
    await new Promise((resolve) => setTimeout(resolve, 400));
    // One transaction: no reader sees the log in between.
    const database = (await loadDriver())(path, { readOnly: false });
    database.exec("update messages set at = at + 1 where pos > 8");
    database.close();
    await log.add("a", 1);
    await reader.has(22);
    expect(reader.data.slice(10)).toEqual(['<hpx-gap {"lost":"unknown","found":"log"}>', ...events(11)]);
  });

  test("another file in the place of the log's: the clients of a server that only reads are told", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "relay.db");
    const log = await TestLog.inFile(path);
    await log.add("a", 10);
    const reading = await openLog({ kind: "sqlite", path, maxAge: 0 }, { readOnly: true });
    onTestFinished(() => reading.close());
    const server = await serve(reading);
    const reader = new Reader(`${server.url}/a`, "earliest");
    await reader.has(10);
    const other = await TestLog.inFile(join(folder, "other.db"));
    await other.append("a", messageOf(1, { at: 5 }));
    other.forgetAfter("a", 1, 1);
    await log.log.close();
    await other.log.close();
    await rm(`${path}-wal`, { force: true });
    await rm(`${path}-shm`, { force: true });
    await rename(join(folder, "other.db"), path);
    const again = await TestLog.inFile(path);
    again.forgetAfter("a", 1, 1);
    await again.log.tails(["a"]);
    await reader.has(12);
    expect(reader.data.slice(10)).toEqual(['<hpx-gap {"lost":"unknown","found":"log"}>', "event 1"]);
    await again.add("a", 2);
    await reader.has(14);
    expect(reader.data.slice(12)).toEqual(events(3, 2));
  });
});
