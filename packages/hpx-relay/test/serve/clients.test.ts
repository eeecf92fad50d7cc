import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { messageOf, until } from "../support.js";
import { counted, follow, someOf } from "./many.js";
import { events, metric, Reader, serve, silentClient, TestLog } from "./support.js";

test("60 clients get every event of their source once and in order; they share one reader of the log", async () => {
  await follow(60);
});

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
