import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EventSource } from "../../src/eventsource/index.js";
import { FetchClient } from "../../src/http/entries/node.js";
import { startTcp } from "../http/support/servers.js";
import { drain, open, take } from "./support.js";

// What Jest and Sinon replace; they also replace process.nextTick, which Node's own streams need.
const replaced = [
  ...(["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "clearImmediate"] as const),
  ...(["queueMicrotask", "performance", "Date"] as const),
];

beforeEach(() => void vi.useFakeTimers({ toFake: replaced }));
afterEach(() => void vi.useRealTimers());

const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

function sends(...parts: (string | Uint8Array)[]): (socket: Socket) => void {
  return (socket) => {
    for (const part of parts) socket.write(part);
    socket.end();
  };
}

test("no timer fires: events are delivered, and the end of the stream with them", async () => {
  const server = await startTcp(sends(`${head}\r\ndata: a\n\n`, "data: b\n\n"));
  expect(await drain(open({ url: server.url, reconnect: false, idleTimeout: 1000 }))).toEqual(["a", "b"]);
});

test("no timer fires: a compressed stream flows", async () => {
  const server = await startTcp(sends(`${head}Content-Encoding: gzip\r\n\r\n`, gzipSync("data: a\n\n")));
  expect(await drain(open({ url: server.url, reconnect: false }))).toEqual(["a"]);
});

test("no timer fires: a consumer that stopped reads on, and close() ends it", async () => {
  const server = await startTcp((socket) => socket.write(`${head}\r\n${"data: a\n\n".repeat(1000)}`));
  const connection = open({ url: server.url, eventCapacity: 2 });
  expect(await take(connection, 1000)).toHaveLength(1000);
  await connection.close();
});

test("no timer fires: FetchClient delivers", async () => {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("data: a\n\n"));
      controller.close();
    },
  });
  const response = new Response(body, { headers: { "content-type": "text/event-stream" } });
  const client = new FetchClient({ fetch: () => Promise.resolve(response) });
  expect(await drain(open({ url: "http://example.com/", client, reconnect: false }))).toEqual(["a"]);
});

test("no timer fires: an EventSource dispatches events and errors", async () => {
  const server = await startTcp((socket) => socket.write(`${head}\r\ndata: a\n\n`));
  const source = new EventSource(server.url);
  const { data } = await new Promise<MessageEvent>((resolve) => source.addEventListener("message", resolve));
  source.close();
  expect(data).toBe("a");
  const failed = new EventSource("ftp://example.com/");
  await new Promise((resolve) => failed.addEventListener("error", resolve));
  expect(failed.readyState).toBe(2);
});

test("a reconnect waits for the time of the test", async () => {
  const server = await startTcp(sends(`${head}\r\ndata: a\n\n`));
  const connection = open({ url: server.url, reconnect: { initialDelay: 5000, jitter: 0 } });
  await take(connection, 1);
  while (connection.handle.state.status !== "reconnecting") await new Promise((resolve) => setRealImmediate(resolve));
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(4999);
  expect(connection.handle.state.status).toBe("reconnecting");
  vi.advanceTimersByTime(1);
  expect(await take(connection, 1)).toMatchObject([{ data: "a" }]);
});

const setRealImmediate = setImmediate;
