import { expect, test } from "vitest";
import {
  connect,
  eventually,
  open,
  operations,
  rejection,
  startServer,
  take,
  TestHandler,
  type Hooks,
  type Wire,
} from "./support.js";

/** Credentials as the first message, and `{auth}` as the answer. */
function authenticating(hooks: Hooks = {}): TestHandler {
  return new TestHandler({
    authenticate: ({ renew }) => JSON.stringify({ op: renew ? "auth again" : "auth" }),
    judgeAuth: ({ value }) => (value as { auth?: "ok" | "refused" }).auth,
    ...hooks,
  });
}

test("hello, auth, subscriptions, then what the user sends: nothing of the user's goes out before auth", async () => {
  const server = await startServer();
  let accept: (() => void) | undefined;
  server.otherwise(async (connection) => {
    await connection.receive();
    await connection.receive();
    await connection.ping("still");
    await connection.sendJson({ topic: "greeting" });
    await new Promise<void>((resolve) => (accept = resolve));
    await connection.sendJson({ auth: "ok" });
    for await (const message of connection) {
      const { id } = message.json() as Wire;
      if (id !== undefined) await connection.sendJson({ id, ok: true });
    }
  });
  const states: string[] = [];
  const handler = authenticating({
    hello: async () => ['{"op":"hello"}'],
    onStateChange: ({ status }) => states.push(status),
  });
  const connection = open({ url: server.url, handler });
  const { handle } = connection;
  const subscription = handle.subscribe("a");
  const request = handle.request("r");
  const send = handle.send('{"op":"send"}', { whenDown: "wait" });
  // Other messages during auth are delivered, and pings answered.
  expect((await take(connection, 1))[0]).toMatchObject({ topic: "greeting" });
  const peer = await server.connection(1);
  await peer.frame("pong");
  expect(operations(peer)).toEqual(["hello", "auth"]);
  expect(await rejection(handle.send("{}"))).toMatchObject({ code: "REQUEST_LOST", details: { sent: false } });
  expect(handle.state.status).toBe("authenticating");
  accept?.();
  await Promise.all([connection.opened, subscription.ready, request, send]);
  expect(operations(peer).slice(0, 2)).toEqual(["hello", "auth"]);
  expect(operations(peer).slice(2).toSorted()).toEqual(["request", "send", "subscribe a"]);
  expect(states).toEqual(["connecting", "authenticating", "connected"]);
});

test("refused credentials are AUTH, fatal", async () => {
  const server = await startServer();
  server.otherwise({ steps: [{ receive: 1 }, '{"auth":"refused"}'], finish: "hold" });
  const connection = open({ url: server.url, handler: authenticating() });
  expect(await rejection(connection.opened)).toMatchObject({ code: "AUTH", retryable: false });
  expect(server.connectionCount).toBe(1);
  const peer = await server.connection(1);
  await eventually("the close frame", () => peer.clientClose?.code === 1000);
});

test("credentials that can be renewed are renewed once", async () => {
  const server = await startServer();
  server.otherwise({ steps: [{ receive: 1 }, '{"auth":"refused"}'], finish: "hold" });
  const connection = open({ url: server.url, handler: authenticating({ renewable: true }) });
  expect(await rejection(connection.opened)).toMatchObject({ code: "AUTH" });
  expect(server.connections.map(operations)).toEqual([["auth"], ["auth again"]]);
});

test("no answer in authTimeout is TIMEOUT, retried", async () => {
  const server = await startServer();
  server.reply({ finish: "hold" });
  server.otherwise({ steps: [{ receive: 1 }, '{"auth":"ok"}'], finish: "hold" });
  const errors: unknown[] = [];
  const handler = authenticating({ onDisconnect: (error) => errors.push(error) });
  await connect({ url: server.url, authTimeout: 50, handler });
  expect(errors).toMatchObject([{ code: "TIMEOUT", details: { phase: "auth", limit: 50 } }]);
});

test("credentials come anew for each socket, and a hook that throws is HANDLER", async () => {
  const server = await startServer();
  server.otherwise({ steps: [{ receive: 1 }, '{"auth":"ok"}', '{"topic":"x"}', { delay: 20 }], finish: "reset" });
  let tokens = 0;
  const handler = authenticating({ authenticate: async () => JSON.stringify({ op: `t${(tokens += 1)}` }) });
  const connection = open({ url: server.url, handler });
  await take(connection, 3);
  await connection.close();
  expect(server.connections.slice(0, 3).map(operations)).toEqual([["t1"], ["t2"], ["t3"]]);
  const failing = authenticating({ authenticate: () => Promise.reject(new Error("no key")) });
  const error = await rejection(open({ url: server.url, handler: failing }).opened);
  expect(error).toMatchObject({ code: "HANDLER", details: { hook: "authenticate" }, cause: { message: "no key" } });
});

test.each([
  ["at once", authenticating({ authenticate: undefined, judgeAuth: undefined }), []],
  ["after auth", authenticating(), [{ receive: 1 }, '{"auth":"ok"}']],
  [
    "after acks without an update",
    authenticating({ authenticate: undefined, judgeAuth: undefined, nextId: () => "s" }),
    [{ receive: 1 }, '{"id":"s","ok":true}'],
  ],
] as const)(
  "a server that accepts and closes %s, over and over, is asked by the barren rule",
  async (_name, handler, steps) => {
    const server = await startServer();
    server.otherwise({ steps: [...steps], finish: "cut" });
    const waits: number[] = [];
    const onStateChange: Hooks["onStateChange"] = (state) =>
      void (state.status === "reconnecting" && waits.push(state.delay));
    Object.assign(handler, { onStateChange });
    const connection = open({ url: server.url, handler, reconnect: { initialDelay: 20, factor: 3, jitter: 0 } });
    connection.handle.subscribe("a");
    await eventually("four attempts", () => server.connectionCount === 4);
    expect(waits.slice(0, 3)).toEqual([20, 60, 180]);
  },
);
