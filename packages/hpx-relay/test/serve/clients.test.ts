import { once } from "node:events";
import { connect } from "node:net";
import { type LogServer, type RelayLog, type ReadFrom } from "hpx-relay";
import { expect, onTestFinished, test } from "vitest";
import { messageOf, until } from "../support.js";
import { events, metric, Reader, serve, silentClient, TestLog } from "./support.js";

/** A log that counts how often it is read. */
function counted(log: RelayLog): { log: RelayLog; reads: ReadFrom[] } {
  const reads: ReadFrom[] = [];
  const read = log.read.bind(log);
  log.read = (from, signal) => {
    reads.push(from);
    return read(from, signal);
  };
  return { log, reads };
}

/** Where many clients share two cores with other tests, in milliseconds. */
const LONG = 40_000;

test(
  "500 clients get every event of their source once and in order; they share one reader of the log",
  { timeout: 120_000 },
  async () => {
    const log = await TestLog.inFile();
    await log.add("a", 3);
    const { log: watched, reads } = counted(log.log);
    const server = await serve(watched);
    const readers = Array.from(
      { length: 500 },
      (_, index) => new Reader(`${server.url}/${index % 2 === 0 ? "a" : "b"}`),
    );
    await until("500 clients with a place", () => readers.every(({ lastEventId }) => lastEventId !== ""), LONG);
    // All of them have caught up when a message reaches each.
    await log.add("a", 1);
    await log.add("b", 1);
    await Promise.all(readers.map(async (reader) => await reader.has(1, LONG)));
    reads.length = 0;
    for (let round = 0; round < 20; round += 1) {
      await log.add("a", 5);
      await log.add("b", 7);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(readers.map(async (reader, index) => await reader.has(index % 2 === 0 ? 101 : 141, LONG)));
    for (const [index, { data }] of readers.entries()) {
      expect(data).toEqual(index % 2 === 0 ? events(104, 4) : events(141));
    }
    // No client reads by itself.
    expect(reads.filter(({ source }) => source !== undefined)).toEqual([]);
    expect(await metric(server, 'events_total{source="b"}')).toBe(250 * 141);
    for (const reader of readers) reader.close();
    await until("no client", () => server.clients === 0);
    await until("no reading", async () => {
      const before = reads.length;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return reads.length === before;
    });
  },
);

test(
  "200 clients that all come back to the beginning of a long log get all of it, while others follow without a delay",
  { timeout: 120_000 },
  async () => {
    const log = await TestLog.inFile();
    await log.add("a", 1100);
    const server = await serve(log.log);
    const live = new Reader(`${server.url}/b`);
    await until("its place", () => live.lastEventId !== "");
    // Sockets: a parser for each of them takes longer than what is tested.
    let done = 0;
    const bodies = Array.from({ length: 200 }, async () => {
      const text = await someOf(server, "/a", "earliest", Infinity, 1100);
      done += 1;
      return text.slice(text.indexOf("\r\n\r\n") + 4);
    });
    await log.add("b", 1);
    await live.has(1, LONG);
    expect(done).toBeLessThan(200);
    const [first = "", ...others] = await Promise.all(bodies);
    expect([...first.matchAll(/\ndata: (.*)\n/g)].map(([, data]) => data)).toEqual(events(1100));
    expect(others.filter((body) => body !== first)).toEqual([]);
  },
);

test(
  "clients that are cut at any byte, and come back with the id of the last whole event, lose and double nothing",
  { timeout: 60_000 },
  async () => {
    const log = await TestLog.inFile();
    const server = await serve(log.log);
    let published = 0;
    const publishing = (async () => {
      while (published < 2000) {
        const count = 1 + Math.floor(Math.random() * 20);
        published += count;
        await log.add("a", count);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    })();
    const read = await Promise.all(
      Array.from({ length: 16 }, async () => {
        const all: string[] = [];
        let id = "earliest";
        let cuts = 0;
        while (all.length < 2000) {
          const text = await someOf(server, "/a", id, Math.floor(Math.random() * 20_000), 2000);
          cuts += 1;
          for (const [, next = "", data = ""] of text.matchAll(/(?<=\n\n)id: (\S+)\ndata: (.*)\n\n/g)) {
            id = next;
            all.push(data);
          }
        }
        return { all: all.slice(0, 2000), cuts };
      }),
    );
    await publishing;
    for (const { all, cuts } of read) {
      expect(all).toEqual(events(2000));
      expect(cuts).toBeGreaterThan(2);
    }
    await until("no client", () => server.clients === 0);
  },
);

/** Up to `bytes` of a stream, or up to event `last`, as a client that is cut there reads them. */
async function someOf(server: LogServer, path: string, id: string, bytes: number, last: number): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const end = `data: event ${last}\n\n`;
  let text = "";
  socket.setEncoding("latin1").on("error", () => {});
  socket.on("data", (part: string) => {
    const seen = Math.max(0, text.length - end.length);
    text += part;
    if (text.length >= bytes || text.includes(end, seen)) socket.destroy();
  });
  // HTTP/1.0: the body is as it is.
  socket.write(`GET ${path} HTTP/1.0\r\nLast-Event-ID: ${id}\r\n\r\n`);
  await once(socket, "close");
  const found = text.indexOf(end);
  return text.slice(0, found < 0 || bytes < found ? bytes : found + end.length);
}

test("a client that takes nothing is cut and counted, and the others get everything meanwhile", async () => {
  const log = await TestLog.inFile();
  const server = await serve(log.log, { slowTimeout: 1500, bufferSize: 64 * 1024 });
  const socket = await silentClient(server, "/a");
  const reader = new Reader(`${server.url}/a`);
  await until("both", () => server.clients === 2);
  const data = Buffer.alloc(100_000, "x");
  let n = 0;
  while ((await metric(server, 'slow_clients_total{source="a"}')) === 0) {
    n += 1;
    await log.append("a", messageOf(n, { data }));
    await reader.has(n);
  }
  await until("one client", () => server.clients === 1);
  expect(reader.events.map((event) => event.data.length)).toEqual(Array.from({ length: n }, () => 100_000));
  socket.resume();
  await once(socket, "close");
  // It comes back, and goes on behind what it has.
  const again = new Reader(`${server.url}/a`, reader.events[1]?.id);
  await again.has(n - 2);
  expect(again.events.map(({ id }) => id)).toEqual(reader.events.slice(2).map(({ id }) => id));
});

test("what clients that take nothing leave behind is bounded for each of them", { timeout: 60_000 }, async () => {
  const log = await TestLog.inFile();
  const data = Buffer.alloc(100_000, "x");
  for (let n = 1; n <= 500; n += 1) await log.append("a", messageOf(n, { data }));
  const server = await serve(log.log, { slowTimeout: "1h" });
  const before = process.memoryUsage.rss();
  for (let index = 0; index < 50; index += 1) await silentClient(server, "/a");
  const sent = async (): Promise<number> => await metric(server, 'bytes_total{source="a"}');
  for (let last = -1; last !== (await sent()); await new Promise((resolve) => setTimeout(resolve, 300))) {
    last = await sent();
  }
  // The system's buffers take some megabytes of each; all of it would be 2.5 GB.
  expect(process.memoryUsage.rss() - before).toBeLessThan(300_000_000);
  expect(await sent()).toBeLessThan(50 * 15_000_000);
});

test("a client that is a little behind the newest messages reads the log by itself, and joins the others again", async () => {
  const log = await TestLog.inFile();
  const { log: watched, reads } = counted(log.log);
  const server = await serve(watched, { slowTimeout: "1h", bufferSize: 1024 });
  const reader = new Reader(`${server.url}/a`);
  await until("its place", () => reader.lastEventId !== "");
  const socket = await silentClient(server, "/a");
  onTestFinished(() => void socket.destroy());
  await until("both", () => server.clients === 2);
  const data = Buffer.alloc(200_000, "x");
  // More than all clients together share.
  for (let n = 1; n <= 150; n += 1) {
    await log.append("a", messageOf(n, { data }));
    await reader.has(n);
  }
  reads.length = 0;
  let text = "";
  socket.setEncoding("latin1").on("data", (part: string) => (text = (text + part).slice(-300_000)));
  socket.resume();
  await until("all of them", () => text.includes("id: 150.150-"));
  expect(reads.filter(({ source }) => source === "a").length).toBeGreaterThan(0);
  await log.append("a", messageOf(151));
  await until("the next one", () => text.includes("data: event 151\n"));
  await reader.has(151);
});
