import { once } from "node:events";
import { connect } from "node:net";
import type { LogServer, ReadFrom, RelayLog } from "hpx-relay";
import { expect } from "vitest";
import { until } from "../support.js";
import { events, metric, Reader, serve, TestLog } from "./support.js";

/** A log that counts how often it is read. */
export function counted(log: RelayLog): { log: RelayLog; reads: ReadFrom[] } {
  const reads: ReadFrom[] = [];
  const read = log.read.bind(log);
  log.read = (from, signal) => {
    reads.push(from);
    return read(from, signal);
  };
  return { log, reads };
}

/** Up to `bytes` of a stream, or up to event `last`, as a client that is cut there reads them. */
export async function someOf(
  server: LogServer,
  path: string,
  id: string,
  bytes: number,
  last: number,
): Promise<string> {
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

/** Where many clients share two cores with other tests, in milliseconds. */
export const LONG = 40_000;

/** `count` clients get every event of their source once and in order, and share one reader of the log. */
export async function follow(count: number): Promise<void> {
  const log = await TestLog.inFile();
  await log.add("a", 3);
  const { log: watched, reads } = counted(log.log);
  const server = await serve(watched);
  const readers = Array.from(
    { length: count },
    (_, index) => new Reader(`${server.url}/${index % 2 === 0 ? "a" : "b"}`),
  );
  await until("all clients with a place", () => readers.every(({ lastEventId }) => lastEventId !== ""), LONG);
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
  expect(await metric(server, 'events_total{source="b"}')).toBe(Math.floor(count / 2) * 141);
  for (const reader of readers) reader.close();
  await until("no client", () => server.clients === 0);
  await until("no reading", async () => {
    const before = reads.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return reads.length === before;
  });
}
