import { expect, test } from "vitest";
import { open, prompt, startServer, take, until, within } from "../sse/support.js";

test("before anything happened there are counts of nothing, and the time of opening", () => {
  const before = Date.now();
  const { stats } = open({ url: "http://127.0.0.1:1/" }).handle;
  expect(stats).toEqual({
    name: undefined,
    attempts: 0,
    reconnects: 0,
    reconnectReasons: {},
    bytes: 0,
    events: 0,
    dropped: 0,
    lost: 0,
    duplicates: 0,
    skipped: 0,
    buffered: 0,
    openedAt: expect.any(Number),
    connectedAt: undefined,
    connectDuration: undefined,
    lastEventAt: undefined,
  });
  expect(stats.openedAt).toBeGreaterThanOrEqual(before);
  expect(stats.openedAt).toBeLessThanOrEqual(Date.now());
});

test("reconnects are counted by what led to them: the codes of errors, and reconnect()", async () => {
  const server = await startServer();
  server.reply(
    { body: "data: a\n\n" },
    { status: 503 },
    { status: 503 },
    { body: "data: b\n\n", finish: "hold" },
    { body: "data: c\n\n", finish: "hold" },
  );
  const connection = open({ url: server.url, reconnect: prompt });
  await take(connection, 2);
  await within(connection.handle.reconnect(), "the reconnect");
  await take(connection, 1);
  expect(connection.handle.stats).toMatchObject({
    attempts: 5,
    reconnects: 2,
    reconnectReasons: { SSE_STREAM_ENDED: 1, SSE_INVALID_STATUS: 2, requested: 1 },
  });
});

test("the times tell when it was connected, how long that took, and when the last event came", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n", finish: "hold" });
  const before = Date.now();
  const connection = open(server.url);
  await take(connection, 1);
  const { openedAt, connectedAt = 0, connectDuration = -1, lastEventAt = 0 } = connection.handle.stats;
  const times = [before, openedAt, connectedAt, lastEventAt, Date.now()];
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(connectDuration).toBeGreaterThan(0);
  expect(connectDuration).toBeLessThanOrEqual(Date.now() - openedAt + 1);
});

test("a comment is no event", async () => {
  const server = await startServer();
  server.reply({ body: ": still here\n\n", finish: "hold" });
  const { handle } = open(server.url);
  await until(() => handle.stats.bytes > 0);
  expect(handle.stats).toMatchObject({ events: 0, lastEventAt: undefined });
});

test("the stats are a snapshot, and stay readable after the end", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n" }, { body: "data: b\n\n", finish: "hold" });
  const connection = open({ url: server.url, reconnect: prompt });
  await take(connection, 1);
  const early = connection.handle.stats;
  const copy = structuredClone(early);
  await take(connection, 1);
  await connection.close();
  expect(early).toEqual(copy);
  expect(connection.handle.stats).toMatchObject({ attempts: 2, events: 2, reconnectReasons: { SSE_STREAM_ENDED: 1 } });
});
