import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Violation } from "../../src/testing/websocket/violations.js";
import { VIOLATIONS } from "../../src/testing/websocket/violations.js";
import { encodeFrame } from "../../src/testing/websocket/frames.js";
import { connect, eventually, open, rejection, startServer, texts } from "./support.js";

test.each([0, 1, 125, 126, 65_535, 65_536, 2 ** 24 - 1])(
  "a message of %i bytes comes whole, in one frame and in many",
  async (size) => {
    const server = await startServer();
    const text = "é".repeat(size >> 1) + "x".repeat(size % 2);
    const fragments = Math.max(1, Math.ceil(size / 100));
    server.otherwise({ steps: [text, { message: text, fragments }], finish: "hold" });
    const connection = open({ url: server.url, maxMessageSize: 2 ** 24 });
    for (const got of await texts(connection, 2)) expect(got === text).toBe(true);
  },
  60_000,
);

test.each(["one frame", "many frames"])(
  "a message over maxMessageSize in %s: 1009, WS_MESSAGE_TOO_LARGE, fatal",
  async (how) => {
    const server = await startServer();
    const message = "x".repeat(1001);
    server.otherwise({ steps: ["ok", how === "one frame" ? message : { message, fragments: 100 }], finish: "hold" });
    const connection = open({ url: server.url, maxMessageSize: 1000 });
    expect(await texts(connection, 1)).toEqual(["ok"]);
    expect(await rejection(connection.next())).toMatchObject({
      code: "WS_MESSAGE_TOO_LARGE",
      retryable: false,
      details: { limit: 1000, what: "bytes" },
    });
    const peer = await server.connection(1);
    await peer.frame("close");
    expect(peer.clientClose?.code).toBe(1009);
    expect(server.connectionCount).toBe(1);
  },
);

test.each([40, 53, 62])(
  "F20: a frame that claims 2^%i bytes is refused by its length, before they come",
  async (bits) => {
    const server = await startServer();
    const frame = encodeFrame({ opcode: "binary", length: 1n << BigInt(bits), lengthBits: 64 });
    server.otherwise({ steps: [{ raw: frame }], finish: "hold" });
    const connection = open({ url: server.url });
    expect(await rejection(connection.next())).toMatchObject({ code: "WS_MESSAGE_TOO_LARGE", retryable: false });
    const peer = await server.connection(1);
    await peer.frame("close");
    expect([peer.clientClose?.code, server.connectionCount]).toEqual([1009, 1]);
  },
);

test.each([1, 3, 9])(
  "a length with its highest bit set, cut after %i bytes of the frame, is WS_PROTOCOL",
  async (at) => {
    const server = await startServer();
    const frame = encodeFrame({ opcode: "binary", length: 1n << 63n, lengthBits: 64 });
    const steps = ["in", { raw: frame.subarray(0, at) }, { delay: 30 }, { raw: frame.subarray(at) }];
    server.otherwise({ steps, finish: "hold" });
    const connection = open({ url: server.url, reconnect: false, closeTimeout: 50 });
    expect(await texts(connection, 1)).toEqual(["in"]);
    expect(await rejection(connection.next())).toMatchObject({ code: "WS_PROTOCOL", details: { code: 1002 } });
  },
);

test("more than maxFragments is WS_MESSAGE_TOO_LARGE, and an endless continuation ends", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    await connection.sendFrame({ opcode: "text", payload: "a", fin: false });
    const more = Buffer.concat(Array.from({ length: 64 }, () => Buffer.from([0x00, 1, 0x61])));
    while (!connection.signal.aborted) {
      await connection.write(more);
      await nextTurn();
    }
  });
  const connection = open({ url: server.url, maxFragments: 100 });
  expect(await rejection(connection.next())).toMatchObject({
    code: "WS_MESSAGE_TOO_LARGE",
    details: { limit: 100, what: "fragments" },
  });
});

test.each(Object.keys(VIOLATIONS) as Violation[])(
  "%s: a close frame says so, retried, fatal at the second barren time",
  async (violation) => {
    const server = await startServer();
    server.otherwise({ steps: [{ garble: violation }], finish: "hold" });
    const connection = open({ url: server.url, closeTimeout: 50 });
    const error = await rejection(connection.next());
    const { code } = VIOLATIONS[violation];
    expect(error).toMatchObject({ code: "WS_PROTOCOL", retryable: false, details: { code } });
    expect(server.connectionCount).toBe(2);
    await eventually("the close frame", () => server.connections[0]?.clientClose !== undefined);
    expect(server.connections[0]?.clientClose?.code).toBe(code);
  },
);

test("a violation after something useful is forgiven each time", async () => {
  const server = await startServer();
  for (let count = 0; count < 3; count += 1) server.reply({ steps: ["in", { garble: "masked" }], finish: "hold" });
  server.otherwise({ steps: ["in"], finish: "hold" });
  expect(await texts(open({ url: server.url, closeTimeout: 50 }), 4)).toEqual(["in", "in", "in", "in"]);
});

test("as many fragments as maxFragments are read, and not one more", async () => {
  const server = await startServer();
  server.otherwise({
    steps: [
      { message: "x".repeat(100), fragments: 1 },
      { message: "x".repeat(101), fragments: 1 },
    ],
    finish: "hold",
  });
  const connection = open({ url: server.url, maxFragments: 100 });
  expect(await texts(connection, 1)).toEqual(["x".repeat(100)]);
  expect(await rejection(connection.next())).toMatchObject({ details: { limit: 100, what: "fragments" } });
});

test("send() over sendBufferSize waits for room; trySend() says false; what waits is bounded", async () => {
  const server = await startServer();
  server.otherwise({ steps: [{ read: false }, { delay: 200 }, { read: true }], finish: "hold" });
  const { handle } = await connect({ url: server.url, sendBufferSize: 2 ** 20 });
  const chunk = "x".repeat(2 ** 18);
  while (handle.trySend(chunk)) expect(handle.buffered).toBeLessThanOrEqual(2 ** 20);
  const waiting = [handle.send(chunk), handle.send(chunk)];
  expect(handle.trySend("x")).toBe(false);
  const more = Array.from({ length: 10 }, () => handle.send(chunk).catch((error: unknown) => error));
  expect(await more.at(-1)).toMatchObject({ code: "CAPACITY", details: { what: "bytes to send", limit: 2 ** 20 } });
  expect(handle.buffered).toBeLessThanOrEqual(2 ** 21 + chunk.length);
  await Promise.all(waiting);
});

test("no more messages than the handler allows go out in a second, in order", async () => {
  const server = await startServer();
  const handler = { read: () => ({ kind: "update" }) as const, limits: { messagesPerSecond: 5 } };
  const { handle } = await connect({ url: server.url, handler });
  const begun = performance.now();
  await Promise.all(Array.from({ length: 11 }, (_, index) => handle.send(String(index))));
  // Five at once, five after a second, one after two.
  expect(performance.now() - begun).toBeGreaterThan(1990);
  const peer = await server.connection(1);
  await peer.message(11);
  expect(peer.texts).toEqual(Array.from({ length: 11 }, (_, index) => String(index)));
});
