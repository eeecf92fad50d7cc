import { expect, test } from "vitest";
import { SseConnection } from "../../src/sse/index.js";
import { drain, open, startServer, take } from "./support.js";

test("events arrive in order, with type, id, data and kind", async () => {
  const server = await startServer();
  server.reply({
    body: [
      { event: { event: "trade", id: "1", data: "a" } },
      { comment: "heartbeat" },
      { event: { data: "two\nlines" } },
      { event: { data: "" } },
    ],
    finish: "hold",
  });
  const events = await take(open(server.url), 3);
  expect(events).toEqual([
    { event: "trade", data: "a", id: "1", kind: "data" },
    { event: "message", data: "two\nlines", id: "1", kind: "data" },
    { event: "message", data: "", id: "1", kind: "system" },
  ]);
});

test("the request asks for an event stream, uncached, and for no compression", async () => {
  const server = await startServer();
  open(server.url);
  const { method, headers } = await server.nextRequest();
  expect(method).toBe("GET");
  expect(headers).toMatchObject({ accept: "text/event-stream", "cache-control": "no-cache" });
  expect(headers).not.toHaveProperty("accept-encoding");
  expect(headers).not.toHaveProperty("last-event-id");
});

test("method, body and headers are sent as given, on every attempt", async () => {
  const server = await startServer();
  const bodies = ["first", "second"];
  server.reply({ body: "id: 1\ndata: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
  const connection = open({
    url: server.url,
    method: "post",
    headers: { "Content-Type": "text/plain", Accept: "text/event-stream, */*" },
    body: () => bodies.shift() ?? "",
    resend: true,
    reconnect: { initialDelay: 1 },
  });
  await take(connection, 2);
  const [first, second] = server.requests;
  expect([first?.method, first?.text, second?.method, second?.text]).toEqual(["POST", "first", "POST", "second"]);
  expect(first?.headers).toMatchObject({ "content-type": "text/plain", accept: "text/event-stream, */*" });
});

test("a split connection has the same handle and stream", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n", finish: "hold" });
  const { handle, stream } = open(server.url).split();
  expect(await stream.next()).toMatchObject({ value: { data: "a" } });
  await handle.close();
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test("batches hand over all that has arrived", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\ndata: b\n\ndata: c\n\n" });
  const connection = open({ url: server.url, reconnect: false });
  const batches: string[][] = [];
  for await (const batch of connection.stream.batches()) batches.push(batch.map(({ data }) => data));
  expect(batches).toEqual([["a", "b", "c"]]);
});

test("a readable stream of the events ends with them", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\ndata: b\n\n" });
  const connection = open({ url: server.url, reconnect: false });
  const data: string[] = [];
  for await (const event of connection.stream.toReadableStream()) data.push(event.data);
  expect(data).toEqual(["a", "b"]);
});

test("a second consumer is an error", async () => {
  const server = await startServer();
  const { stream } = open(server.url);
  stream.batches();
  const message = /stream: .* cannot be used; the stream is being read by batches\(\), and it has one consumer only/;
  expect(() => stream[Symbol.asyncIterator]()).toThrow(message);
  expect(() => stream.json()).toThrow(message);
  expect(() => stream.toReadableStream()).toThrow(message);
  await expect(stream.next()).rejects.toThrow(message);
});

test("next() may read the first events and a loop the rest", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\ndata: b\n\n" });
  const connection = open({ url: server.url, reconnect: false });
  expect(await take(connection, 1)).toMatchObject([{ data: "a" }]);
  expect(await drain(connection)).toEqual(["b"]);
});

test("connect() resolves when the response was accepted", async () => {
  const server = await startServer();
  await using connection = await SseConnection.connect(server.url);
  expect(connection.handle.state).toEqual({ status: "connected", attempt: 1 });
});

test("the stats count what happened", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\ndata: b\n\n" }, { body: "data: c\n\n", finish: "hold" });
  const connection = open({ url: server.url, reconnect: { initialDelay: 1 } });
  await take(connection, 3);
  expect(connection.handle.stats).toMatchObject({
    attempts: 2,
    reconnects: 1,
    bytes: 27,
    events: 3,
    dropped: 0,
    buffered: 0,
  });
});
