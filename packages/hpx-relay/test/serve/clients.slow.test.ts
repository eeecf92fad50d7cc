import { expect, test } from "vitest";
import { messageOf, until } from "../support.js";
import { follow, LONG, someOf } from "./many.js";
import { events, metric, Reader, serve, silentClient, TestLog } from "./support.js";

test(
  "500 clients get every event of their source once and in order; they share one reader of the log",
  { timeout: 120_000 },
  async () => {
    await follow(500);
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
