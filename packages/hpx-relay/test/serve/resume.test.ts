import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadDriver } from "../../src/log/sqlite/driver.js";
import { temporaryFolder, until } from "../support.js";
import { connected, events, marker, metric, Reader, serve, TestLog } from "./support.js";

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
