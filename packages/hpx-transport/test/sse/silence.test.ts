import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { open, pendingTimers, prompt, startServer, take } from "./support.js";

// Ten minutes of it are in `npm run soak`.
test("silence, TCP alive: stays connected unless idleTimeout is set, for no clock is running", async () => {
  const server = await startServer();
  const timers = pendingTimers(1);
  const connection = open(server.url);
  await connection.opened;
  server.publish({ data: "a" });
  await take(connection, 1);
  expect(timers.size).toBe(0);
  // That nothing happens can be seen only by waiting.
  await sleep(300);
  expect(timers.size).toBe(0);
  server.publish({ data: "b" });
  expect(await take(connection, 1)).toMatchObject([{ data: "b" }]);
  expect(connection.handle.stats.attempts).toBe(1);
});

test("silence longer than idleTimeout is IDLE_TIMEOUT, and reconnects", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n", finish: "hold" }, { body: "data: b\n\n", finish: "hold" });
  const errors: unknown[] = [];
  const connection = open(
    { url: server.url, idleTimeout: 80, reconnect: prompt },
    { classifyEvent: () => "data", onDisconnect: (error) => errors.push(error?.code) },
  );
  await take(connection, 2);
  expect(errors).toEqual(["IDLE_TIMEOUT"]);
});

test("any byte is life: a comment now and then keeps the connection", async () => {
  const server = await startServer();
  const heartbeats = Array.from({ length: 8 }, () => [{ delay: 50 }, { comment: "" }]).flat();
  server.reply({ body: [...heartbeats, { event: { data: "a" } }], finish: "hold" });
  await take(open({ url: server.url, idleTimeout: 250 }), 1);
  expect(server.requests).toHaveLength(1);
});

test.each(["idleTimeout", "eventTimeout"])("the clock of %s stands still while the socket is paused", async (clock) => {
  const server = await startServer();
  server.otherwise({ body: ["data: a\n\ndata: b\n\n", { delay: 20 }, "data: c\n\n"], finish: "hold" });
  const connection = open({ url: server.url, [clock]: 100, eventCapacity: 2, reconnect: prompt });
  // Four times the timeout: that nothing happens can be seen only by waiting.
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(connection.handle.stats).toMatchObject({ attempts: 1, events: 2, buffered: 2 });
  await take(connection, 5);
  expect(server.requests).toHaveLength(2);
});

test("a server that falls silent is noticed although the consumer stopped with a full buffer", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: a\n\ndata: b\n\n", finish: "hold" });
  open({ url: server.url, idleTimeout: 60, eventCapacity: 2, reconnect: prompt });
  await server.request(2);
});

test("a timeout of the body ends a stream of POST without ids with that error", async () => {
  const server = await startServer();
  server.reply({ body: "data: a\n\n", finish: "hold" });
  const connection = open({ url: server.url, method: "POST", body: "{}", idleTimeout: 60, reconnect: prompt });
  await take(connection, 1);
  await expect(connection.stream.next()).rejects.toMatchObject({ code: "IDLE_TIMEOUT" });
  expect(server.requests).toHaveLength(1);
});
