import { once } from "node:events";
import { rename } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { LogServer, openLog } from "hpx-relay";
import { expect, onTestFinished, test } from "vitest";
import { messageOf, temporaryFolder, until } from "../support.js";
import { Reader, serve, silentClient, TestLog } from "./support.js";

test("close() ends each stream at the end of an event, with the time to come back, which differs", async () => {
  const log = await TestLog.inFile();
  await log.add("a", 50);
  const server = await serve(log.log, { retry: 200 });
  const readers = Array.from({ length: 16 }, () => new Reader(`${server.url}/a`, "earliest"));
  await Promise.all(readers.map(async (reader) => await reader.has(50, 20_000)));
  await Promise.all([server.close(), server.close()]);
  const last: number[] = [];
  for (const reader of readers) {
    expect(await reader.over).toBeUndefined();
    expect(reader.rest).toBe("");
    expect(reader.retries).toHaveLength(2);
    last.push(reader.retries[1] ?? 0);
  }
  expect(Math.min(...last)).toBeGreaterThanOrEqual(200);
  expect(Math.max(...last)).toBeLessThanOrEqual(1000);
  expect(new Set(last).size).toBeGreaterThan(5);
  expect(server.clients).toBe(0);
  await expect(fetch(`${server.url}/livez`)).rejects.toThrow("fetch failed");
});

test("the log stays open, and another server on the same address goes on", async () => {
  const log = await TestLog.inFile();
  await log.add("a", 3);
  const first = await serve(log.log);
  const reader = new Reader(`${first.url}/a`, "earliest");
  await reader.has(3);
  await first.close();
  await log.add("a", 2);
  const second = await serve(log.log, { port: Number(new URL(first.url).port) });
  const next = new Reader(`${second.url}/a`, reader.lastEventId);
  await next.has(2);
  expect(next.data).toEqual(["event 4", "event 5"]);
});

test("a request that comes after close() on a connection that was open is 503", async () => {
  const log = await TestLog.inFile();
  const server = await serve(log.log);
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let text = "";
  socket.setEncoding("latin1").on("data", (part: string) => (text += part));
  await once(socket, "connect");
  socket.write("GET /a HTTP/1.1\r\n");
  // The server has accepted the connection, and its first line, when it answers a later one.
  await fetch(`${server.url}/livez`);
  const closed = server.close();
  socket.write("Host: x\r\n\r\n");
  await Promise.all([closed, once(socket, "close")]);
  expect(text).toMatch(/^HTTP\/1\.1 503 /);
});

test("close() waits for a client that takes nothing for a second, and then ends it", async () => {
  const log = await TestLog.inFile();
  const data = Buffer.alloc(100_000, "x");
  for (let n = 1; n <= 150; n += 1) await log.append("a", messageOf(n, { data }));
  const server = await serve(log.log, { slowTimeout: "1h" });
  const socket = await silentClient(server, "/a");
  const idle = connect(Number(new URL(server.url).port), "127.0.0.1");
  onTestFinished(() => void idle.destroy());
  idle.on("error", () => {}).resume();
  await once(idle, "connect");
  await until("a client", () => server.clients === 1);
  await server.close();
  expect(server.clients).toBe(0);
  socket.resume();
  await Promise.all([once(socket, "close"), idle.closed || once(idle, "close")]);
});

test("close() while the log is away, and clients wait for it", async () => {
  const path = join(temporaryFolder(), "relay.db");
  const log = await TestLog.inFile(path);
  await log.add("a", 3);
  const reading = await openLog({ kind: "sqlite", path, maxAge: 0 }, { readOnly: true });
  const server = await serve(reading);
  const live = new Reader(`${server.url}/a`, "earliest");
  await live.has(3);
  await rename(path, `${path}.away`);
  const waiting = new Reader(`${server.url}/a`, live.lastEventId);
  await until("it is connected", () => waiting.retries.length === 1);
  await server.close();
  await reading.close();
  expect([await live.over, await waiting.over]).toEqual([undefined, undefined]);
});

test(
  "close() at any moment ends everything: no read of the log comes after it, and no client is left",
  { timeout: 60_000 },
  async () => {
    const log = await TestLog.inFile();
    await log.add("a", 2500);
    let reads = 0;
    const read = log.log.read.bind(log.log);
    log.log.read = (from, signal) => {
      reads += 1;
      return read(from, signal);
    };
    for (let round = 0; round < 25; round += 1) {
      const server = await LogServer.start({ log: log.log, sources: ["a"], port: 0, pollInterval: 1 });
      onTestFinished(() => server.close());
      const readers = Array.from({ length: 12 }, (_, index) => {
        const ids = ["earliest", "garbage", "999.999-0123456789ab", undefined];
        return new Reader(`${server.url}/a`, ids[index % ids.length]);
      });
      const adding = log.add("a", 1);
      await new Promise((resolve) => setTimeout(resolve, round * 4));
      await server.close();
      const before = reads;
      expect(server.clients).toBe(0);
      for (const reader of readers) {
        const error = await reader.over;
        // Where it came too late, it was refused.
        if (error !== undefined) expect((error as Error).message).toMatch(/fetch failed|terminated|^503$/);
        expect(reader.rest).toBe("");
      }
      await adding;
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(reads).toBe(before);
    }
  },
);

test("after close() no timer is left, however long its times are", async () => {
  const log = await TestLog.inFile();
  const data = Buffer.alloc(100_000, "x");
  for (let n = 1; n <= 100; n += 1) await log.append("a", messageOf(n, { data }));
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const long = "1h";
  const times = { pollInterval: long, heartbeat: long, slowTimeout: long };
  const before = timers();
  // Several: one timer more or less may be that of the test.
  for (let round = 0; round < 5; round += 1) {
    const server = await LogServer.start({ log: log.log, sources: ["a"], port: 0, ...times });
    onTestFinished(() => server.close());
    const reader = new Reader(`${server.url}/a`);
    await until("its place", () => reader.lastEventId !== "");
    const socket = await silentClient(server, "/a");
    await until("both", () => server.clients === 2);
    await server.close();
    socket.destroy();
  }
  await until("no more timers than before", () => timers() <= before + 1);
});

test("`await using` closes it", async () => {
  const log = await TestLog.inFile();
  const server = await LogServer.start({ log: log.log, sources: ["a"], port: 0 });
  await server[Symbol.asyncDispose]();
  await expect(fetch(`${server.url}/livez`)).rejects.toThrow("fetch failed");
});
