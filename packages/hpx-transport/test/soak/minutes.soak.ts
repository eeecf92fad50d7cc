import { expect, test } from "vitest";
import { SseConnection, type SseProtocolHandler } from "../../src/sse/index.js";
import { MockSseServer, type Reply } from "../../src/testing/index.js";

// Concurrent tests share one clock: the whole takes as long as the longest.
const MINUTE = 60_000;
const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

test.concurrent("silence for 10 minutes, TCP alive: stays connected, and the next event arrives", async () => {
  await using server = await MockSseServer.start({ deadline: 11 * MINUTE });
  await using connection = await SseConnection.connect(server.url);
  await wait(10 * MINUTE);
  server.publish({ data: "after all" });
  expect(await connection.stream.next()).toMatchObject({ value: { data: "after all" } });
  expect(connection.handle.stats).toMatchObject({ attempts: 1, reconnects: 0 });
});

test.concurrent("silence longer than an idleTimeout of a minute: IDLE_TIMEOUT after it, not before", async () => {
  await using server = await MockSseServer.start({ deadline: 2 * MINUTE });
  const errors: unknown[] = [];
  const handler: SseProtocolHandler = {
    classifyEvent: () => "data",
    onDisconnect: (error) => errors.push(error?.code),
  };
  await using connection = await SseConnection.connect({ url: server.url, idleTimeout: MINUTE }, handler);
  const [first, second] = [await server.request(1), await server.request(2)];
  expect(second.at - first.at).toBeGreaterThanOrEqual(MINUTE);
  expect(second.at - first.at).toBeLessThan(1.1 * MINUTE);
  expect(errors).toEqual(["IDLE_TIMEOUT"]);
  expect(connection.handle.stats.attempts).toBe(2);
});

test.concurrent("a Retry-After of 70 s exceeds the default maxDelay of a minute", async () => {
  await using server = await MockSseServer.start({ deadline: 2 * MINUTE });
  server.reply({ status: 503, headers: { "retry-after": "70" } }, { status: 204 });
  await using connection = await SseConnection.connect(server.url);
  const [first, second] = server.requests;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(69_990);
  expect(connection.handle.stats.attempts).toBe(2);
});

test.concurrent("a consumer that stops for five minutes finds everything, once, in order", async () => {
  await using server = await MockSseServer.start({ retention: 100_000, deadline: 6 * MINUTE });
  for (let id = 1; id <= 20_000; id += 1) server.publish({ data: "x".repeat(500) });
  await using connection = await SseConnection.connect(server.url);
  await connection.stream.next();
  await wait(5 * MINUTE);
  for (let id = 2; id <= 20_000; id += 1) {
    const { value } = await connection.stream.next();
    if (value?.id !== String(id)) expect.unreachable(`id ${value?.id} where ${id} is due`);
  }
  expect(connection.handle.stats.attempts).toBe(1);
});

const hammers: [what: string, reply: Reply][] = [
  ["accepts and closes at once", { head: false, finish: "cut" }],
  ["accepts and resets at once", { head: false, finish: "reset" }],
  ["200, then closes at once without an event", { body: "" }],
  ["200 and retry: 0, then closes at once without an event", { body: "retry: 0\n\n" }],
  ["503", { status: 503 }],
];
test.concurrent.each(hammers)(
  "%s, over and over: at most 5 attempts in the first 10 s with the defaults",
  async (_what, reply) => {
    await using server = await MockSseServer.start();
    server.otherwise(reply);
    await using connection = SseConnection.open(server.url);
    await wait(10_000);
    expect(server.requests.length).toBeGreaterThanOrEqual(3);
    expect(server.requests.length).toBeLessThanOrEqual(5);
    // And it goes on, ever slower, up to a minute.
    await wait(2 * MINUTE);
    expect(server.requests.length).toBeLessThanOrEqual(9);
    expect(connection.handle.state.status).not.toBe("closed");
  },
);
