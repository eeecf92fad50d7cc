import { createNoopMeter, type Meter } from "@opentelemetry/api";
import { expect, onTestFinished, test } from "vitest";
import { SseConnection } from "../../src/sse/index.js";
import { rejection } from "../support/promises.js";
import { open, prompt, startServer, take, until } from "../sse/support.js";
import { type Point, serverAttributes, startSdk } from "./otel-support.js";

/** The points of one metric, by what tells them apart beside the server. */
function valuesOf(points: readonly Point[], name: string, attribute = ""): Record<string, number> {
  const found = points.filter((point) => point.name === `hpx.sse.client.${name}`);
  return Object.fromEntries(found.map(({ attributes, value }) => [String(attributes[attribute] ?? ""), value]));
}

/** A meter that counts the callbacks which are registered with it. */
function countingMeter(registered: Set<unknown>): Meter {
  const meter = createNoopMeter();
  meter.addBatchObservableCallback = (callback) => void registered.add(callback);
  meter.removeBatchObservableCallback = (callback) => void registered.delete(callback);
  return meter;
}

test("events, bytes, reconnects by reason and times to connect are counted, also of connections between two exports", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\ndata: b\n\n" }, { status: 503 }, { body: "data: c\n\n", finish: "hold" });
  const { telemetry, points } = startSdk();
  const connection = open({ url: server.url, reconnect: prompt, telemetry });
  await take(connection, 3);
  await connection.close();
  const exported = await points();
  expect(valuesOf(exported, "events")).toEqual({ "": 3 });
  expect(valuesOf(exported, "io")).toEqual({ "": 27 });
  expect(valuesOf(exported, "reconnects", "hpx.sse.reconnect.reason")).toEqual({
    SSE_STREAM_ENDED: 1,
    SSE_INVALID_STATUS: 1,
  });
  expect(valuesOf(exported, "connect.duration", "error.type")).toEqual({ "": 2, "503": 1 });
  expect(valuesOf(exported, "dropped")).toEqual({});
  const units = Object.fromEntries(exported.map(({ name, unit }) => [name.replace("hpx.sse.client.", ""), unit]));
  expect(units).toMatchObject({ events: "{event}", io: "By", reconnects: "{reconnect}", "connect.duration": "s" });
  for (const { attributes } of exported) expect(attributes).toMatchObject(serverAttributes(server.url));
});

test("while a stream is open, each export has what came since the last, though no span and no reconnect tells of it", async () => {
  const server = await startServer();
  const { telemetry, points } = startSdk();
  const connection = open({ url: server.url, telemetry });
  server.publish({ data: "a" });
  await take(connection, 1);
  expect(valuesOf(await points(), "events")).toEqual({ "": 1 });
  server.publish({ data: "b" });
  await take(connection, 1);
  expect(valuesOf(await points(), "events")).toEqual({ "": 2 });
  expect(valuesOf(await points(), "events")).toEqual({ "": 2 });
});

test("the depth of the channels is that of all connections to a server, and nothing is left of it when they are closed", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\ndata: b\n\n", finish: "hold" });
  const { telemetry, points } = startSdk();
  const connections = [open({ url: server.url, telemetry }), open({ url: server.url, telemetry })];
  await until(() => connections.every(({ handle }) => handle.stats.buffered === 2));
  expect(valuesOf(await points(), "channel.depth")).toEqual({ "": 4 });
  for (const connection of connections) await take(connection, 1);
  expect(valuesOf(await points(), "channel.depth")).toEqual({ "": 2 });
  for (const connection of connections) await connection.close();
  expect(valuesOf(await points(), "channel.depth")).toEqual({ "": 0 });
});

test("what is unread when a stream ends for good is the consumer's alone", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\ndata: b\n\n" });
  const { telemetry, points } = startSdk();
  const { handle } = open({ url: server.url, reconnect: false, telemetry });
  await handle.closed;
  expect(handle.stats.buffered).toBe(2);
  const exported = await points();
  expect(valuesOf(exported, "events")).toEqual({ "": 2 });
  expect(valuesOf(exported, "channel.depth")).toEqual({ "": 0 });
});

test("dropped events are counted", async () => {
  const server = await startServer();
  const { telemetry, points } = startSdk();
  const connection = await SseConnection.connect({
    url: server.url,
    eventCapacity: 1,
    overflow: "drop-oldest",
    telemetry,
  });
  onTestFinished(() => connection.close());
  for (const data of ["a", "b", "c"]) {
    const { events } = connection.handle.stats;
    server.publish({ data });
    await until(() => connection.handle.stats.events > events);
  }
  expect(valuesOf(await points(), "dropped")).toEqual({ "": 2 });
});

test("the age of the last event is that of the stalest connection to a server, or the time since its opening", async () => {
  const [busy, both] = [await startServer(), await startServer()];
  const event = { body: "data: a\n\n", finish: "hold" } as const;
  busy.reply(event);
  both.reply({ finish: "hold" }, event);
  const { telemetry, points } = startSdk();
  const { handle: quiet } = await SseConnection.connect({ url: both.url, telemetry });
  onTestFinished(() => quiet.close());
  const { openedAt } = quiet.stats;
  await until(() => Date.now() - openedAt > 60);
  await Promise.all([busy, both].map(async ({ url }) => take(open({ url, telemetry }), 1)));
  const delivered = Date.now();
  const ages = (await points()).filter(({ name }) => name === "hpx.sse.client.event.age");
  const ageOf = (url: string): number =>
    ages.find(({ attributes }) => attributes["server.port"] === Number(new URL(url).port))?.value ?? -1;
  expect(ages.map(({ unit }) => unit)).toEqual(["s", "s"]);
  expect(ageOf(both.url)).toBeGreaterThanOrEqual((delivered - openedAt) / 1000);
  expect(ageOf(busy.url)).toBeGreaterThanOrEqual(0);
  expect(ageOf(busy.url)).toBeLessThan(ageOf(both.url));
});

test("nothing is registered with the meter while no connection is open", async () => {
  const server = await startServer();
  const registered = new Set<unknown>();
  const { telemetry } = startSdk({ meter: countingMeter(registered) });
  expect(registered.size).toBe(0);
  const first = open({ url: server.url, telemetry });
  const second = open({ url: server.url, telemetry });
  expect(registered.size).toBe(1);
  await first.close();
  expect(registered.size).toBe(1);
  await second.close();
  expect(registered.size).toBe(0);
  server.reply({ status: 404 });
  await rejection(open({ url: server.url, telemetry }).opened);
  expect(registered.size).toBe(0);
});
