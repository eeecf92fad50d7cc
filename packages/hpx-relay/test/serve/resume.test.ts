import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { openLog } from "hpx-relay";
import { describe, expect, onTestFinished, test } from "vitest";
import { loadDriver } from "../../src/log/sqlite/driver.js";
import { messageOf, temporaryFolder, until } from "../support.js";
import { events, metric, Reader, serve, TestLog } from "./support.js";

const marker = (kind: "gap" | "rewind" | "reset" | "cursor", n: number, facts = "{}"): ReturnType<typeof messageOf> =>
  messageOf(n, { kind, facts, data: new Uint8Array() });

/** Resolves when the server has said where a client stands. */
async function connected(reader: Reader): Promise<void> {
  await until("the place of the client", () => reader.lastEventId !== "");
}

test("a client without an id gets what comes from now on, and nothing of another source", async () => {
  const log = await TestLog.inFile();
  await log.add("a", 5);
  const server = await serve(log.log);
  const reader = new Reader(`${server.url}/a`);
  await connected(reader);
  await log.add("b", 3);
  await log.add("a", 2);
  await reader.has(2);
  expect(reader.data).toEqual(["event 6", "event 7"]);
});

test("a client that is cut before its first event has an id, and comes back without a loss", async () => {
  const log = await TestLog.inFile();
  const server = await serve(log.log);
  for (const before of [0, 3]) {
    const first = new Reader(`${server.url}/a`);
    await connected(first);
    first.close();
    await first.over;
    await log.add("a", 3);
    const second = new Reader(`${server.url}/a`, first.lastEventId);
    await second.has(3);
    expect(second.data).toEqual(events(before + 3, before + 1));
  }
});

test("with `start: earliest`, or the id `earliest`, it gets all that the log has, and no gap", async () => {
  const log = await TestLog.inFile();
  await log.append("a", marker("cursor", 7));
  log.forgetAfter("a", 1, 7);
  await log.add("a", 3);
  const byOption = new Reader(`${(await serve(log.log, { start: "earliest" })).url}/a`);
  const server = await serve(log.log);
  const readers = [
    byOption,
    new Reader(`${server.url}/a`, "earliest"),
    new Reader(`${server.url}/a?lastEventId=earliest`),
  ];
  for (const reader of readers) {
    await reader.has(3);
    expect(reader.data).toEqual(events(10, 8));
  }
});

test("a client resumes after each event and each marker, over pages and over what clients share", async () => {
  const log = await TestLog.inFile();
  await log.add("a", 12);
  await log.add("b", 5);
  await log.append("a", marker("gap", 12, '{"lost":2,"found":"ids"}'));
  await log.append("a", marker("cursor", 12));
  await log.add("a", 12);
  await log.append("a", marker("rewind", 24, '{"lost":1}'));
  await log.append("a", marker("reset", 24, '{"id":"9"}'));
  await log.add("a", 2);
  const all = [
    ...events(12),
    '<hpx-gap {"lost":2,"found":"ids"}>',
    ...events(24, 13),
    '<hpx-rewind {"lost":1}>',
    '<hpx-reset {"id":"9"}>',
    ...events(26, 25),
  ];
  const server = await serve(log.log);
  const whole = new Reader(`${server.url}/a`, "earliest");
  await whole.has(all.length);
  expect(whole.data).toEqual(all);
  expect(new Set(whole.events.map(({ id }) => id)).size).toBe(all.length);
  const readers = whole.events.map(({ id }) => new Reader(`${server.url}/a`, id));
  await log.add("a", 1);
  for (const [index, reader] of readers.entries()) {
    await reader.has(all.length - index);
    expect(reader.data).toEqual([...all.slice(index + 1), "event 27"]);
  }
  await whole.has(all.length + 1);
  expect(whole.data).toEqual([...all, "event 27"]);
});

test("an id in the query counts, and one in the header counts more", async () => {
  const log = await TestLog.inFile();
  await log.add("a", 5);
  const server = await serve(log.log);
  const whole = new Reader(`${server.url}/a`, "earliest");
  await whole.has(5);
  const [, second, third] = whole.events;
  for (const name of ["lastEventId", "Last-Event-ID", "last_event_id", "lastEventID"]) {
    const reader = new Reader(`${server.url}/a?x=1&${name}=${second?.id}&y=2`);
    await reader.has(3);
    expect(reader.data).toEqual(events(5, 3));
  }
  const both = new Reader(`${server.url}/a?lastEventId=${second?.id}`, third?.id);
  await both.has(2);
  expect(both.data).toEqual(events(5, 4));
});

test("a cursor marker moves a client on, and is no event", async () => {
  const log = await TestLog.inFile();
  await log.add("a", 1);
  const server = await serve(log.log);
  const reader = new Reader(`${server.url}/a`);
  await connected(reader);
  const before = reader.lastEventId;
  await log.append("a", marker("cursor", 1));
  await until("another id", () => reader.lastEventId !== before);
  expect(reader.events).toEqual([]);
  const next = new Reader(`${server.url}/a`, reader.lastEventId);
  await log.add("a", 1);
  await next.has(1);
  expect(next.data).toEqual(["event 2"]);
});

test("a deposed leader that answers with an older end of the log hides nothing", async () => {
  const log = await TestLog.inFile();
  await log.add("a", 5);
  const read = log.log.read.bind(log.log);
  let isStale = true;
  // What NATS may answer for a moment after an election: the log as it was at message 3.
  log.log.read = async function* (from, signal) {
    for await (const records of read(from, signal)) {
      const some = from.source === "a" && isStale ? records.filter(({ pos }) => pos <= 3) : records;
      if (some.length > 0) yield some;
    }
  };
  const server = await serve(log.log);
  const whole = new Reader(`${server.url}/a`, "earliest");
  await whole.has(3);
  const reader = new Reader(`${server.url}/a`, whole.events[1]?.id);
  await reader.has(1);
  // Both believe that they have caught up.
  await new Promise((resolve) => setTimeout(resolve, 100));
  isStale = false;
  await log.add("a", 1);
  await Promise.all([whole.has(6), reader.has(4)]);
  expect([whole.data, reader.data]).toEqual([events(6), events(6, 3)]);
});

describe("an id that is not in the log is told as a gap, and all that the log has follows", () => {
  test.each([
    "garbage",
    "5",
    "5.5",
    "-1.1-000000000000",
    "999999999999999999999.1-000000000000",
    "1.1-0000000000001",
    "' or 1=1 --",
    "\u0000".slice(1) + "é",
    "x".repeat(8000),
  ])("%j is none of ours", async (id) => {
    const log = await TestLog.inFile();
    await log.add("a", 3);
    const server = await serve(log.log);
    const reader = new Reader(`${server.url}/a?lastEventId=${encodeURIComponent(id)}`);
    await reader.has(4);
    expect(reader.data).toEqual(['<hpx-gap {"lost":"unknown","found":"id"}>', ...events(3)]);
    expect(await metric(server, 'gaps_total{source="a"}')).toBe(1);
    await log.add("a", 1);
    await reader.has(5);
    expect(reader.data.at(-1)).toBe("event 4");
  });

  test("the id of another source", async () => {
    const log = await TestLog.inFile();
    await log.add("a", 3);
    await log.add("b", 3);
    const server = await serve(log.log);
    const a = new Reader(`${server.url}/a`, "earliest");
    await a.has(3);
    const b = new Reader(`${server.url}/b`, a.events[1]?.id);
    await b.has(4);
    expect(b.data).toEqual(['<hpx-gap {"lost":"unknown","found":"log"}>', ...events(3)]);
  });

  test("of a message that the log has deleted: the gap has the number of events", async () => {
    const path = join(temporaryFolder(), "relay.db");
    const log = await TestLog.inFile(path);
    await log.add("a", 20);
    const server = await serve(log.log);
    const whole = new Reader(`${server.url}/a`, "earliest");
    await whole.has(20);
    const database = (await loadDriver())(path, { readOnly: false });
    database.exec("delete from messages where pos <= 10");
    database.close();
    for (const [id, lost] of [
      [3, 7],
      [10, 0],
    ] as const) {
      const reader = new Reader(`${server.url}/a`, whole.events[id - 1]?.id);
      await reader.has(11);
      expect(reader.data).toEqual([`<hpx-gap {"lost":${lost},"found":"purged"}>`, ...events(20, 11)]);
    }
    const kept = new Reader(`${server.url}/a`, whole.events[10]?.id);
    await kept.has(9);
    expect(kept.data).toEqual(events(20, 12));
  });

  test("a place before the first message, where the first ones are deleted by now", async () => {
    const path = join(temporaryFolder(), "relay.db");
    const log = await TestLog.inFile(path);
    const server = await serve(log.log);
    const first = new Reader(`${server.url}/a`);
    await connected(first);
    first.close();
    await first.over;
    await log.add("a", 5);
    const database = (await loadDriver())(path, { readOnly: false });
    database.exec("delete from messages where pos <= 2");
    database.close();
    const second = new Reader(`${server.url}/a`, first.lastEventId);
    await second.has(4);
    expect(second.data).toEqual(['<hpx-gap {"lost":2,"found":"log"}>', ...events(5, 3)]);
  });

  test("messages that somebody deleted in the middle", async () => {
    const path = join(temporaryFolder(), "relay.db");
    const log = await TestLog.inFile(path);
    await log.add("a", 10);
    const server = await serve(log.log);
    const database = (await loadDriver())(path, { readOnly: false });
    database.exec("delete from messages where n in (4, 5)");
    database.close();
    const reader = new Reader(`${server.url}/a`, "earliest");
    await reader.has(9);
    expect(reader.data).toEqual([...events(3), '<hpx-gap {"lost":2,"found":"log"}>', ...events(10, 6)]);
  });

  test("an empty log in the place of another one: a gap is told until an event has come", async () => {
    const one = await TestLog.inFile();
    await one.add("a", 3);
    const whole = new Reader(`${(await serve(one.log)).url}/a`, "earliest");
    await whole.has(3);
    const two = await TestLog.inFile();
    const server = await serve(two.log);
    for (let round = 0; round < 2; round += 1) {
      const reader = new Reader(`${server.url}/a`, whole.lastEventId);
      await reader.has(1);
      expect(reader.data).toEqual(['<hpx-gap {"lost":"unknown","found":"log"}>']);
      expect(reader.lastEventId).toBe("");
      reader.close();
    }
    const reader = new Reader(`${server.url}/a`, whole.lastEventId);
    await reader.has(1);
    await two.add("a", 2);
    await reader.has(3);
    expect(reader.data.slice(1)).toEqual(events(2));
  });
});

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
