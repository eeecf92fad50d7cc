import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { BearerAuth } from "../../src/auth/index.js";
import { startSdk } from "../observe/otel-support.js";
import { connect, eventually, open, rejection, startServer, take, TestHandler, texts, type Wire } from "./support.js";

/** Planted wherever a connection is given a secret, or is sent one. */
const SECRET = "hunter2";

test("no secret is shown in a whole failing session: URL, headers, subprotocols, auth, subscriptions, messages", async () => {
  const server = await startServer();
  const echo = { headers: { "x-echo": SECRET, "set-cookie": SECRET }, body: `you sent ${SECRET}` };
  server.reply({ ...echo, status: 503 }, { ...echo, status: 401 }, async (connection) => {
    await connection.receive();
    await connection.sendJson({ auth: "ok", secret: SECRET });
    const { id } = (await connection.receive()).json() as Wire;
    await connection.sendJson({ id, ok: true, secret: SECRET });
    await connection.sendJson({ topic: "a", secret: SECRET });
    const request = (await connection.receive()).json() as Wire;
    await connection.sendJson({ id: request.id, error: "refused", secret: SECRET });
    await connection.sendClose(4001, SECRET);
    await connection.receive();
  });
  const heard: unknown[] = [];
  const level =
    (name: string) =>
    (...args: unknown[]) =>
      void heard.push([name, ...args]);
  const logger = { debug: level("debug"), info: level("info"), warn: level("warn"), error: level("error") };
  for (const name of ["attempt", "connected", "disconnected", "reconnecting", "event", "closed"]) {
    const listener = (message: unknown): void => void heard.push([name, message]);
    subscribe(`hpx-transport:websocket:${name}`, listener);
    onTestFinished(() => void unsubscribe(`hpx-transport:websocket:${name}`, listener));
  }
  const sdk = startSdk();
  const handler = new TestHandler({
    authenticate: () => JSON.stringify({ op: "auth", key: SECRET }),
    judgeAuth: ({ value }) => (value as { auth?: "ok" }).auth,
    subscribe: (topics, id) => JSON.stringify({ op: "subscribe", topics, id, jwt: SECRET }),
  });
  const connection = open({
    url: `${server.url}?key=${SECRET}`,
    headers: { "x-key": SECRET },
    protocols: [SECRET],
    auth: new BearerAuth(() => SECRET),
    logger,
    telemetry: sdk.telemetry,
    handler,
  });
  const subscription = connection.handle.subscribe("a");
  await take(subscription, 1);
  const failed = await rejection(connection.handle.request({ secret: SECRET }));
  expect(failed).toMatchObject({ code: "REQUEST_FAILED" });
  await connection.closed;
  const ended = await rejection(connection.next().then(() => connection.next()));
  expect(ended).toMatchObject({ code: "WS_CLOSED", details: { code: 4001 } });
  const all = {
    heard,
    spans: sdk.spans(),
    points: await sdk.points(),
    connection,
    state: connection.state,
    failed,
    ended,
  };
  expect(heard.length).toBeGreaterThan(10);
  expect(all.spans.length).toBeGreaterThan(1);
  const shown = inspect(all, { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null });
  expect(shown.indexOf(SECRET)).toBe(-1);
  expect(JSON.stringify([failed, ended, heard])).not.toContain(SECRET);
});

test("log lines, spans and metrics are those of every connection, under names of their own", async () => {
  const server = await startServer();
  server.reply({ steps: ["one"], finish: "reset" });
  server.otherwise({ steps: ["two"], finish: "hold" });
  const lines: [string, object][] = [];
  const log = (fields: object, message: string): void => void lines.push([message, fields]);
  const logger = { debug: log, info: log, warn: log, error: log };
  const sdk = startSdk();
  const connection = open({ url: server.url, logger, telemetry: sdk.telemetry, name: "feed" });
  await texts(connection, 2);
  await connection.close();
  expect(lines.map(([message]) => message)).toEqual([
    "connected",
    "event",
    "reconnecting",
    "connected",
    "event",
    "closed",
  ]);
  expect(lines[0]?.[1]).toMatchObject({ name: "feed", status: 101, origin: new URL(server.url).origin, attempt: 1 });
  expect(lines[2]?.[1]).toMatchObject({ reason: "WS_CLOSED", attempt: 1 });
  expect(sdk.spans().map(({ name }) => name)).toContain("websocket.connection");
  const names = (await sdk.points()).map((point) => (point as { name: string }).name);
  expect(names.filter((name) => !name.startsWith("hpx.websocket.client."))).toEqual([]);
  expect(names).toContain("hpx.websocket.client.events");
});

test("stats count what happened, and stay readable after the end", async () => {
  const server = await startServer();
  server.reply({ steps: ["one", { ping: "p" }], finish: "reset" });
  server.otherwise({ steps: ["two"], finish: "hold" });
  const connection = open({ url: server.url, name: "feed" });
  expect(connection.stats).toMatchObject({ name: "feed", epoch: 0, events: 0, sent: 0 });
  await texts(connection, 2);
  await connection.handle.send("x");
  await connection.close();
  expect(connection.stats).toMatchObject({
    name: "feed",
    attempts: 2,
    reconnects: 1,
    reconnectReasons: { WS_CLOSED: 1 },
    events: 2,
    bytes: 6,
    epoch: 2,
    sent: 1,
    buffered: 0,
    lastEventAt: expect.any(Number),
    connectedAt: expect.any(Number),
  });
});

test("one signal ends thousands of connections' waits, and an observer that throws is HANDLER", async () => {
  const server = await startServer();
  server.otherwise({ finish: "hold" });
  const telemetry = {
    observe: () => ({
      connected: () => {
        throw new Error("boom");
      },
    }),
  };
  const failing = open({ url: server.url, telemetry });
  expect(await rejection(failing.opened)).toMatchObject({ code: "HANDLER", cause: { message: "boom" } });
  await failing.closed;
  const controller = new AbortController();
  const many = await Promise.all(
    Array.from({ length: 30 }, () => connect({ url: server.url, signal: controller.signal })),
  );
  controller.abort("enough");
  await Promise.all(many.map(({ closed }) => closed));
  await eventually("no socket", () => server.openSockets === 0);
});
