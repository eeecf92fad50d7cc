import { expect, onTestFinished, test } from "vitest";
import { prompt, startServer, until } from "../sse/support.js";
import { next, open, record } from "./support.js";

test("an event has its data, the last event ID and its type; one without a type is a message", async () => {
  const server = await startServer();
  server.reply({
    body: "id: 1\ndata: a\ndata: b\n\nevent: trade\ndata: c\n\nevent: open\ndata: d\n\n",
    finish: "hold",
  });
  const source = open(server.url);
  const origin = new URL(server.url).origin;
  expect(await next(source, "message")).toMatchObject({ type: "message", data: "a\nb", lastEventId: "1", origin });
  const trade = await next(source, "trade");
  expect(trade).toBeInstanceOf(MessageEvent);
  expect(trade).toMatchObject({
    type: "trade",
    data: "c",
    lastEventId: "1",
    origin,
    bubbles: false,
    cancelable: false,
  });
  // The server may use any type, as in a browser.
  expect(await next(source, "open")).toMatchObject({ data: "d" });
});

test("open comes first, then every event in the order of the wire, over a reconnect too", async () => {
  const server = await startServer();
  const many = Array.from({ length: 1000 }, (_, index) => `data: ${index}\n\n`).join("");
  server.reply({ body: many, finish: "cut" }, { body: "event: b\ndata: last\n\n", finish: "hold" });
  const source = open(server.url, { reconnect: prompt });
  const lines = record(source, "b");
  await next(source, "b");
  expect(lines).toEqual([
    "open 1",
    ...Array.from({ length: 1000 }, (_, index) => `message ${index} 1`),
    "error 0 SSE_STREAM_ENDED",
    "open 1",
    "b last 1",
  ]);
});

test("what a listener leaves to a microtask is done before the next event", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\ndata: b\n\nevent: end\ndata: c\n\n", finish: "end" });
  const source = open(server.url);
  const order: string[] = [];
  source.onmessage = ({ data }) => {
    order.push(data);
    queueMicrotask(() => order.push(`after ${data}`));
  };
  source.addEventListener("end", () => queueMicrotask(() => order.push("after end")));
  await new Promise((resolve) => {
    source.onerror = resolve;
  });
  expect(order).toEqual(["a", "after a", "b", "after b", "after end"]);
});

test("the origin is that of the final URL", async () => {
  const elsewhere = await startServer();
  elsewhere.reply({ body: "data: a\n\n", finish: "hold" });
  const server = await startServer();
  server.reply({ status: 302, headers: { location: elsewhere.url } });
  const source = open(server.url);
  expect((await next(source, "message")).origin).toBe(new URL(elsewhere.url).origin);
  expect(source.url).toBe(server.url);
});

test("close() inside a listener: not one more event, no error, and the socket goes", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\ndata: b\n\ndata: c\n\n", finish: "hold" });
  const source = open(server.url);
  const lines = record(source);
  source.addEventListener("message", () => source.close());
  const { closed } = await server.request(1);
  await closed;
  await server.idle();
  expect(lines).toEqual(["open 1", "message a 1"]);
  expect(source.readyState).toBe(source.CLOSED);
});

test("close(), or an abort, after a listener and before the next event is in time", async () => {
  for (const end of ["close", "abort"]) {
    const server = await startServer();
    server.reply({ body: "data: a\n\ndata: b\n\n", finish: "hold" });
    const controller = new AbortController();
    const source = open(server.url, { signal: controller.signal });
    const lines = record(source);
    source.addEventListener("message", () => {
      queueMicrotask(() => (end === "close" ? source.close() : controller.abort()));
    });
    await until(() => source.readyState === source.CLOSED);
    await server.idle();
    expect(lines).toEqual(["open 1", "message a 1"]);
  }
});

test.each(["open", "error"])("close() inside an %s listener is the end", async (type) => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n", finish: type === "open" ? "hold" : "cut" });
  const source = open(server.url, { reconnect: prompt });
  const lines = record(source);
  source.addEventListener(type, () => source.close());
  await until(() => source.readyState === source.CLOSED);
  await server.idle();
  expect(lines).toEqual(type === "open" ? ["open 1"] : ["open 1", "message a 1", "error 0 SSE_STREAM_ENDED"]);
  expect(server.requests).toHaveLength(1);
});

test("close() at once, twice: no event is ever dispatched", async () => {
  const server = await startServer();
  const source = open(server.url);
  const lines = record(source);
  source.close();
  source.close();
  expect(source.readyState).toBe(source.CLOSED);
  await server.idle();
  expect(lines).toEqual([]);
});

test("a listener that throws is reported by the runtime, and the others run", async () => {
  const server = await startServer();
  // The test runner's own listeners would take it for a failure of the test.
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  onTestFinished(() => {
    process.removeAllListeners("uncaughtException");
    for (const listener of listeners) process.on("uncaughtException", listener);
  });
  const reported = new Promise((resolve) => void process.once("uncaughtException", resolve));
  const source = open(server.url);
  const mistake = new Error("a listener threw");
  source.onmessage = ({ data }) => {
    if (data === "a") throw mistake;
  };
  const lines = record(source);
  server.publish({ data: "a" });
  expect(await reported).toBe(mistake);
  server.publish({ data: "b" });
  await next(source, "message");
  expect(lines).toEqual(["open 1", "message a 1", "message b 1"]);
});
