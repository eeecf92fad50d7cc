import { expect, test } from "vitest";
import type { MockWsConnection } from "../../../src/testing/index.js";
import { encodeFrame } from "../../../src/testing/websocket/frames.js";
import type { WsConnection, WsOptions } from "../../../src/websocket/index.js";
import { connect, eventually, open, rejection, startServer, take, texts } from "../support.js";

const read = () => ({ kind: "update" }) as const;

/** Opens a connection whose buffer is full, so that its socket is paused. */
async function paused(options: WsOptions, server: () => Promise<MockWsConnection>): Promise<WsConnection> {
  const connection = await connect({ eventCapacity: 2, ...options });
  const peer = await server();
  await peer.send("0");
  expect(await texts(connection, 1)).toEqual(["0"]);
  for (let n = 1; n <= 3; n += 1) {
    await peer.send(String(n));
    await eventually(`${n} messages`, () => connection.stats.buffered >= n);
  }
  return connection;
}

test.each(["cut", "reset"] as const)(
  "a Close frame that was read counts, also where a %s follows at once",
  async (finish) => {
    const server = await startServer();
    server.otherwise({ steps: ["in", { close: 4001, reason: "enough" }], finish });
    const connection = open({ url: server.url });
    expect(await texts(connection, 1)).toEqual(["in"]);
    expect(await rejection(connection.next())).toMatchObject({
      code: "WS_CLOSED",
      details: { code: 4001, by: "server" },
    });
    expect(server.connectionCount).toBe(1);
  },
);

test.each(["cut", "reset"] as const)("a %s anywhere in a Close frame is 1006, retried", async (finish) => {
  const size = encodeFrame({ opcode: "close", payload: "__enough" }).length;
  for (let finishAfter = 0; finishAfter < size; finishAfter += 1) {
    const server = await startServer();
    server.reply({ steps: [{ close: 4001, reason: "enough" }], finish, finishAfter });
    server.otherwise({ steps: ["again"], finish: "hold" });
    const errors: unknown[] = [];
    const connection = open({ url: server.url, handler: { read, onDisconnect: (error) => errors.push(error) } });
    expect(await texts(connection, 1)).toEqual(["again"]);
    expect(errors).toMatchObject([{ code: "WS_CLOSED", details: { code: 1006, by: "network", clean: false } }]);
  }
});

test.each(["cut", "reset"] as const)(
  "F2, F3: a %s anywhere in a message drops the part, and is 1006, retried",
  async (finish) => {
    const whole = encodeFrame({ opcode: "text", payload: "in" }).length;
    const size = encodeFrame({ opcode: "text", payload: "half a message" }).length;
    for (let at = 0; at < size; at += 1) {
      const server = await startServer();
      server.reply({ steps: ["in", "half a message"], finish, finishAfter: whole + at });
      server.otherwise({ steps: ["again"], finish: "hold" });
      const errors: unknown[] = [];
      const connection = open({ url: server.url, handler: { read, onDisconnect: (error) => errors.push(error) } });
      expect(await texts(connection, 2)).toEqual(["in", "again"]);
      expect(errors).toMatchObject([{ code: "WS_CLOSED", details: { code: 1006, by: "network" } }]);
    }
  },
);

test.each([
  ["cut", 10],
  ["reset", 10],
  ["cut", 20_000],
  ["reset", 20_000],
] as const)(
  "a paused socket: what came before a %s is delivered, messages of %i bytes, and the Close frame counts",
  async (how, size) => {
    const server = await startServer();
    server.otherwise({ finish: "hold" });
    const connection = await paused({ url: server.url, pingInterval: 0 }, () => server.connection(1));
    const peer = await server.connection(1);
    for (let n = 4; n <= 9; n += 1) await peer.send(String(n).padEnd(size));
    await peer.sendClose(4001, "enough");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await peer.finish(how);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await texts(connection, 9)).map((text) => String(text).trim())).toEqual([
      "1",
      "2",
      "3",
      "4",
      "5",
      "6",
      "7",
      "8",
      "9",
    ]);
    expect(await rejection(connection.next())).toMatchObject({ code: "WS_CLOSED", details: { code: 4001 } });
    expect(server.connectionCount).toBe(1);
  },
);

test.each([
  ["cut", 10],
  ["reset", 10],
  ["cut", 200_000],
  ["reset", 200_000],
] as const)(
  "a paused socket notices a %s behind %i bytes by its next pings, and the gap is told",
  async (how, size) => {
    const server = await startServer();
    server.reply({ finish: "hold" });
    server.otherwise({ steps: ["again"], finish: "hold" });
    const connection = await paused({ url: server.url, pingInterval: 20 }, () => server.connection(1));
    const peer = await server.connection(1);
    await peer.send("x".repeat(size));
    await peer.finish(how);
    await eventually("the next connection", () => connection.handle.epoch === 2);
    // A write on a broken connection makes Node drop what it has not read: what is missing is told.
    const got = await take(connection, 4);
    if (got[3]?.data !== "again") got.push(...(await take(connection, 1)));
    expect(
      got
        .map(({ data, gap }) => [String(data).startsWith("x") ? "x" : data, gap?.reason])
        .filter(([data]) => data !== "x"),
    ).toEqual([
      ["1", undefined],
      ["2", undefined],
      ["3", undefined],
      ["again", "reconnect"],
    ]);
  },
);

test("a paused socket whose peer vanished is noticed after pauseLimit", async () => {
  const server = await startServer();
  server.otherwise({ finish: "hold" });
  const errors: unknown[] = [];
  const options = {
    url: server.url,
    pingInterval: 50,
    pongTimeout: 50,
    pauseLimit: 200,
    handler: { read, onDisconnect: (error: unknown) => errors.push(error) },
  };
  const connection = await paused(options, () => server.connection(1));
  (await server.connection(1)).answersPings = false;
  await server.connection(2);
  expect(errors).toMatchObject([{ code: "PONG_TIMEOUT" }]);
  await take(connection, 1);
});
