import { describe, expect, test } from "vitest";
import type { SseConnectionState, SseProtocolHandler } from "../../src/sse/index.js";
import type { Reply } from "../../src/testing/index.js";
import { open, pendingTimers, prompt, startServer, take, until, within } from "./support.js";

/** The waits that a connection announces, with the request times that show that they were kept. */
function recorder(): {
  delays: number[];
  onStateChange: (state: SseConnectionState) => void;
  classifyEvent: () => "data";
} {
  const delays: number[] = [];
  return {
    delays,
    classifyEvent: () => "data",
    onStateChange: (state) => {
      if (state.status === "reconnecting") delays.push(state.delay);
    },
  };
}

const event = "data: a\n\n";

test("after an attempt that delivered an event: the server's last retry, at least 20 ms", async () => {
  const server = await startServer();
  server.reply(
    { body: `retry: 60\n\n${event}` },
    { body: event },
    { body: `retry: 0\n\n${event}` },
    { body: event, finish: "hold" },
  );
  const handler = recorder();
  await take(open({ url: server.url, reconnect: { jitter: 0 } }, handler), 4);
  expect(handler.delays).toEqual([60, 60, 20]);
  const gaps = server.requests.slice(1).map(({ at }, index) => at - (server.requests[index]?.at ?? 0));
  for (const [index, delay] of handler.delays.entries()) expect(gaps[index]).toBeGreaterThanOrEqual(delay - 2);
});

test("after the k-th attempt in a row that delivered none: growing by the factor, up to maxDelay", async () => {
  const server = await startServer();
  const nothing = { body: ": no event\n\n" };
  server.reply(nothing, nothing, nothing, nothing, { body: event }, nothing, { body: event, finish: "hold" });
  const handler = recorder();
  const reconnect = { initialDelay: 5, factor: 3, maxDelay: 50, jitter: 0, burst: 100 };
  await take(open({ url: server.url, reconnect }, handler), 2);
  expect(handler.delays).toEqual([5, 15, 45, 50, 20, 5]);
});

test("a retry of 0 and no event: half a second and growing, never a hammer", async () => {
  const server = await startServer();
  server.reply({ body: "retry: 0\n\n" }, { status: 204 });
  const handler = recorder();
  const connection = open({ url: server.url, reconnect: { jitter: 0 } }, handler);
  await server.request(2);
  expect(await connection.stream.next()).toMatchObject({ done: true });
  expect(handler.delays).toEqual([500]);
});

describe("over and over, no server is hammered", () => {
  // Told in seconds with the defaults (npm run soak); here a second is a hundredth of one.
  const hammers: [what: string, reply: Reply][] = [
    ["accepts and closes at once", { head: false, finish: "cut" }],
    ["accepts and resets at once", { head: false, finish: "reset" }],
    ["200, then closes at once without an event", { body: "" }],
    ["200, a comment and an id, then closes", { body: ": hello\nid: 1\n\n" }],
    ["200 and retry: 0, then closes at once", { body: "retry: 0\n\n" }],
    ["503", { status: 503 }],
    ["503 and Retry-After: 0", { status: 503, headers: { "retry-after": "0" } }],
  ];
  test.each(hammers)("%s: at most 5 attempts in the first 10 s, and ever fewer", async (_what, reply) => {
    const server = await startServer();
    server.otherwise(reply);
    open({ url: server.url, reconnect: { initialDelay: 10, maxDelay: 600 } });
    const sixth = await server.request(6);
    const at = server.requests.map((request) => request.at);
    expect(sixth.at - (at[0] ?? 0)).toBeGreaterThan(100);
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    for (const [index, gap] of gaps.entries()) expect(gap).toBeGreaterThanOrEqual(10 * 2 ** index - 2);
  });

  test("an event that was delivered resets the backoff", async () => {
    const server = await startServer();
    const handler = recorder();
    server.reply({ body: "" }, { body: "" }, { body: event }, { body: "" }, { body: event, finish: "hold" });
    await take(open({ url: server.url, reconnect: { initialDelay: 10, jitter: 0 } }, handler), 2);
    expect(handler.delays).toEqual([10, 20, 20, 10]);
  });
});

describe("Retry-After", () => {
  test.each([
    ["99999999 is an hour, whatever maxDelay is", "99999999", 3_600_000],
    ["a far date is an hour", "Fri, 01 Jan 2100 00:00:00 GMT", 3_600_000],
    ["a past date is 0: the backoff's own wait holds", "Sat, 01 Jan 2000 00:00:00 GMT", 5],
    ["nonsense is none", "soon", 5],
  ])("%s; jitter only adds to it", async (_what, value, expected) => {
    const server = await startServer();
    server.reply({ body: event }, { status: 503, headers: { "retry-after": value } });
    const handler = recorder();
    const connection = open({ url: server.url, reconnect: { initialDelay: 5, maxDelay: 30, jitter: 0.1 } }, handler);
    await until(() => handler.delays.length === 2);
    const [, delay = 0] = handler.delays;
    expect(delay).toBeGreaterThanOrEqual(expected);
    expect(delay).toBeLessThanOrEqual(expected * 1.1);
    await connection.close();
  });
});

test.each(["99999999999", "99999999999999999999"])(
  "retry: %s means maxDelay, and no timer overflows",
  async (retry) => {
    const server = await startServer();
    server.reply({ body: `retry: ${retry}\n\n${event}` }, { body: event, finish: "hold" });
    const handler = recorder();
    await take(open({ url: server.url, reconnect: { ...prompt, maxDelay: 30 } }, handler), 2);
    expect(handler.delays).toEqual([30]);
  },
);

test("retry takes effect without a dispatch, on the attempts after it too", async () => {
  const server = await startServer();
  server.reply({ body: "retry: 40\n" }, { body: "" }, { body: event, finish: "hold" });
  const handler = recorder();
  await take(open({ url: server.url, reconnect: prompt }, handler), 1);
  expect(handler.delays).toEqual([40, 80]);
});

test("page by page: prompt reconnects within the limit of the rate, then as many a second as it allows", async () => {
  const server = await startServer();
  for (let page = 0; page < 10; page += 1) server.reply({ body: `retry: 10\n\n${event}` });
  server.reply({ body: event, finish: "hold" });
  const handler = recorder();
  await take(open({ url: server.url, reconnect: { jitter: 0, burst: 4, perSecond: 20 } }, handler), 11);
  expect(handler.delays.slice(0, 3)).toEqual([20, 20, 20]);
  // 4 connects at once, 7 more at 20 a second: 350 ms, less the time that the first one took to arrive.
  const [first, last] = [server.requests[0]?.at ?? 0, server.requests[10]?.at ?? 0];
  expect(last - first).toBeGreaterThanOrEqual(300);
  // The wait that is told is the one that is kept.
  expect(Math.max(...handler.delays)).toBeGreaterThan(20);
});

describe("the limit of the rate holds whatever asks for a connect", () => {
  const rate = { burst: 3, perSecond: 20 };

  test.each([
    ["reconnect() in onConnect", "onConnect"],
    ["reconnect() in onDisconnect", "onDisconnect"],
    ["reconnect() at each change of the state", "onStateChange"],
  ] as const)("%s", async (_what, hook) => {
    const server = await startServer();
    server.otherwise({ body: event, finish: hook === "onConnect" ? "hold" : "end" });
    const handler: SseProtocolHandler = {
      classifyEvent: () => "data",
      [hook]: () => void connection.handle.reconnect(),
    };
    const connection = open({ url: server.url, reconnect: { ...prompt, ...rate } }, handler);
    const eighth = await server.request(8);
    expect(eighth.at - (server.requests[0]?.at ?? 0)).toBeGreaterThanOrEqual(200);
  });

  test.each([
    ["initialDelay: 0 and refusals", { status: 503 }],
    ["initialDelay: 0, retry: 0 and an event each time", { body: `retry: 0\n${event}` }],
  ])("%s", async (_what, reply) => {
    const server = await startServer();
    server.otherwise(reply);
    open({ url: server.url, reconnect: { initialDelay: 0, jitter: 0, ...rate } });
    const eighth = await server.request(8);
    expect(eighth.at - (server.requests[0]?.at ?? 0)).toBeGreaterThanOrEqual(200);
  });

  test("reconnect() in the middle of a wait cuts it short to the time that the limit asks for", async () => {
    const server = await startServer();
    server.reply({ status: 503 }, { body: event, finish: "hold" });
    const connection = open({ url: server.url, reconnect: { initialDelay: 60_000, burst: 1, perSecond: 2 } });
    const pending = pendingTimers(10_000);
    await until(() => connection.handle.state.status === "reconnecting");
    await within(Promise.all([connection.handle.reconnect(), connection.handle.reconnect()]), "reconnect()", 3000);
    // 500 ms, less the time that the first request took to arrive.
    expect((server.requests[1]?.at ?? 0) - (server.requests[0]?.at ?? 0)).toBeGreaterThanOrEqual(300);
    expect(pending.size).toBe(0);
  });

  test("with the defaults 5 connects at once, and a sixth a second later", async () => {
    const server = await startServer();
    server.otherwise({ body: `retry: 10\n\n${event}` });
    open({ url: server.url, reconnect: { jitter: 0 } });
    const sixth = await server.request(6);
    expect((server.requests[4]?.at ?? 0) - (server.requests[0]?.at ?? 0)).toBeLessThan(900);
    expect(sixth.at - (server.requests[0]?.at ?? 0)).toBeGreaterThanOrEqual(900);
  });

  test("a custom policy names its own limit, or has the default one", async () => {
    const server = await startServer();
    server.otherwise({ body: event });
    open({ url: server.url, reconnect: { delay: () => 0, burst: 2, perSecond: 10 } });
    const fourth = await server.request(4);
    expect(fourth.at - (server.requests[0]?.at ?? 0)).toBeGreaterThanOrEqual(150);
  });
});

test("jitter only lengthens a wait", async () => {
  const server = await startServer();
  for (let page = 0; page < 8; page += 1) server.reply({ body: event });
  server.reply({ body: event, finish: "hold" });
  const handler = recorder();
  await take(open({ url: server.url, reconnect: { initialDelay: 30, jitter: 0.5, burst: 100 } }, handler), 9);
  for (const delay of handler.delays) {
    expect(delay).toBeGreaterThanOrEqual(30);
    expect(delay).toBeLessThanOrEqual(45);
  }
  expect(new Set(handler.delays).size).toBeGreaterThan(1);
});
