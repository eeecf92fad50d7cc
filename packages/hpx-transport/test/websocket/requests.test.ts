import { expect, test } from "vitest";
import { TransportError } from "../../src/error.js";
import {
  connect,
  eventually,
  open,
  operations,
  QUICK,
  rejection,
  startServer,
  TestHandler,
  type Wire,
} from "./support.js";

const idOf = (message: { json(): unknown }): number => (message.json() as Wire).id as number;

test("responses are matched by their ids, in any order; an error response is REQUEST_FAILED", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    const [a, b, c] = [await connection.receive(), await connection.receive(), await connection.receive()];
    await connection.sendJson({ id: idOf(c), error: "no" });
    await connection.sendJson({ id: idOf(b), result: "b" });
    await connection.sendJson({ id: idOf(a), result: "a" });
    await connection.receive();
  });
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  const [a, b, c] = [handle.request("a"), handle.request("b"), handle.request("c")];
  expect(handle.pending).toBe(3);
  expect(await a).toMatchObject({ result: "a" });
  expect(await b).toMatchObject({ result: "b" });
  const error = await rejection(c);
  expect(error).toMatchObject({ code: "REQUEST_FAILED", details: { id: 3 } });
  expect(JSON.stringify(error)).not.toContain("result");
  expect(handle.pending).toBe(0);
});

test("a request while connecting waits, and goes out once; whenDown: 'reject' refuses", async () => {
  const server = await startServer();
  server.reply({ status: 503 });
  server.otherwise(async (connection) => {
    await connection.sendJson({ id: idOf(await connection.receive()), result: 1 });
    await connection.receive();
  });
  const { handle } = open({ url: server.url, handler: new TestHandler() });
  const refused = await rejection(handle.request("x", { whenDown: "reject" }));
  expect(refused).toMatchObject({ code: "REQUEST_LOST", details: { sent: false, id: undefined } });
  expect(await handle.request("y")).toMatchObject({ result: 1 });
  expect((await server.connection(2)).messageCount).toBe(1);
});

test("a request that was written when the connection is lost is told at once, and never sent again", async () => {
  const server = await startServer();
  server.reply({ steps: [{ receive: 64 }], finish: "reset" });
  server.otherwise({ finish: "hold" });
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  const requests = Array.from({ length: 64 }, (_, index) => rejection(handle.request(index)));
  for (const error of await Promise.all(requests)) {
    expect(error).toMatchObject({ code: "REQUEST_LOST", details: { sent: true } });
  }
  await eventually("the second connection", () => handle.state.status === "connected" && handle.epoch === 2);
  await handle.send('{"op":"last"}');
  const second = await server.connection(2);
  await second.message(1);
  expect(operations(second)).toEqual(["last"]);
});

test("what is still in our buffer when the connection is lost is told as not sent, and not sent later", async () => {
  const server = await startServer();
  server.reply({ steps: [{ read: false }, { delay: 300 }], finish: "reset" });
  server.otherwise({ finish: "hold" });
  const { handle } = await connect({ url: server.url, handler: new TestHandler(), sendBufferSize: 2 ** 24 });
  const large = "x".repeat(2 ** 20);
  const sends = Array.from({ length: 12 }, () => handle.send(large));
  const settled = Promise.allSettled(sends);
  const request = rejection(handle.request("late"));
  expect(await request).toMatchObject({ code: "REQUEST_LOST", details: { sent: false } });
  // The operating system took some of them.
  const last = (await settled).at(-1);
  expect(last).toMatchObject({ status: "rejected", reason: { code: "REQUEST_LOST", details: { sent: false } } });
  await eventually("the second connection", () => handle.epoch === 2);
  await handle.send('{"op":"last"}');
  const second = await server.connection(2);
  await second.message(1);
  expect(operations(second)).toEqual(["last"]);
});

test("a timeout and an abort reject, and the late response is counted, not delivered", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    const ids = [idOf(await connection.receive()), idOf(await connection.receive())];
    await connection.receive();
    for (const id of [...ids, ...ids, 99]) await connection.sendJson({ id, result: id });
    await connection.receive();
  });
  const connection = await connect({ url: server.url, handler: new TestHandler() });
  const { handle } = connection;
  const controller = new AbortController();
  const timed = rejection(handle.request("a", { timeout: 30 }));
  const aborted = rejection(handle.request("b", { signal: controller.signal }));
  await (await server.connection(1)).message(2);
  controller.abort("enough");
  expect(await aborted).toBe("enough");
  expect(await timed).toMatchObject({ code: "REQUEST_TIMEOUT", details: { id: 1, sent: true, limit: 30 } });
  await handle.send("{}");
  // An id that answers no request is delivered, for callers who number by hand.
  expect((await connection.next()).value).toMatchObject({ kind: "response", id: 99 });
  expect(connection.stats).toMatchObject({ late: 4, unmatched: 1, pending: 0 });
});

test("a request that waits for a connection times out as not sent, and is not sent then", async () => {
  const server = await startServer();
  server.reply({ status: 503, headers: { "retry-after": "1" } });
  server.otherwise({ finish: "hold" });
  const { handle } = open({ url: server.url, handler: new TestHandler() });
  const error = await rejection(handle.request("a", { timeout: 50 }));
  expect(error).toMatchObject({ code: "REQUEST_TIMEOUT", details: { sent: false } });
  await handle.send('{"op":"last"}', { whenDown: "wait" });
  const second = await server.connection(2);
  await second.message(1);
  expect(operations(second)).toEqual(["last"]);
});

test("more than maxPendingRequests, or the handler's limit, is CAPACITY", async () => {
  const server = await startServer();
  const { handle } = await connect({ url: server.url, handler: new TestHandler(), maxPendingRequests: 2 });
  const first = [rejection(handle.request(1)), rejection(handle.request(2))];
  const error = await rejection(handle.request(3));
  expect(error).toMatchObject({ code: "CAPACITY", details: { what: "requests", limit: 2 } });
  await handle.close();
  for (const each of await Promise.all(first))
    expect(each).toMatchObject({ code: "REQUEST_LOST", details: { sent: true } });
  expect(await rejection(handle.request(4))).toMatchObject({ code: "REQUEST_LOST", details: { sent: false } });
  const limits = { pendingRequests: 1 };
  const limited = (await connect({ url: server.url, handler: new TestHandler({ limits }) })).handle;
  void rejection(limited.request(1));
  expect(await rejection(limited.request(2))).toMatchObject({ code: "CAPACITY", details: { limit: 1 } });
});

test("a request of an asynchronous handler that is lost meanwhile is not sent", async () => {
  const server = await startServer();
  server.reply({ steps: [{ receive: 1 }], finish: "cut" });
  server.otherwise({ finish: "hold" });
  let sign: ((text: string) => void) | undefined;
  const handler = new TestHandler({ request: () => new Promise<string>((resolve) => (sign = resolve)) });
  const { handle } = await connect({ url: server.url, handler });
  const request = rejection(handle.request("a"));
  await handle.send("{}");
  expect(await request).toMatchObject({ code: "REQUEST_LOST", details: { sent: false } });
  await eventually("the second connection", () => handle.epoch === 2);
  sign?.('{"op":"stale"}');
  await handle.send('{"op":"last"}');
  const second = await server.connection(2);
  await second.message(1);
  expect(operations(second)).toEqual(["last"]);
});

test("a schema checks the response, and requests without a handler are CONFIG", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    for await (const message of connection) await connection.sendJson({ id: idOf(message), result: "text" });
  });
  const { handle } = await connect({ url: server.url, handler: new TestHandler() });
  const schema = {
    "~standard": {
      version: 1 as const,
      vendor: "test",
      validate: (value: unknown) =>
        typeof (value as Wire).result === "number"
          ? { value: 1 }
          : { issues: [{ message: "no number", path: ["result"] }] },
    },
  };
  expect(await rejection(handle.request(1, { schema }))).toMatchObject({
    code: "WS_PARSE",
    details: { path: ["result"] },
  });
  const plain = await connect({ url: server.url });
  expect(await rejection(plain.handle.request(1))).toMatchObject({ code: "CONFIG", details: { field: "handler" } });
  expect(TransportError.is(await rejection(handle.request(1, { timeout: -1 })), "CONFIG")).toBe(true);
});

test("the ids of a handler may be text, and one that is in use is HANDLER", async () => {
  const server = await startServer();
  server.otherwise({ finish: "hold" });
  const { handle } = await connect({ url: server.url, handler: new TestHandler({ nextId: () => "same" }) });
  const first = rejection(handle.request(1));
  expect(await rejection(handle.request(2))).toMatchObject({ code: "HANDLER", details: { hook: "nextId" } });
  expect((await (await server.connection(1)).message(1)).json()).toMatchObject({ id: "same" });
  await handle.close();
  expect(await first).toMatchObject({ code: "REQUEST_LOST" });
});

test("send() while down: refused by default, or it waits for the next connection; what waited for room is not sent later", async () => {
  const server = await startServer();
  server.reply({ steps: [{ read: false }], finish: "hold" });
  server.otherwise({ finish: "hold" });
  const reconnect = { ...QUICK, initialDelay: 200 };
  const { handle } = await connect({ url: server.url, handler: new TestHandler(), sendBufferSize: 2 ** 20, reconnect });
  const chunk = JSON.stringify({ op: "x".repeat(2 ** 19) });
  while (handle.trySend(chunk));
  const waiting = rejection(handle.send(chunk));
  await server.disconnectAll("reset");
  expect(await waiting).toMatchObject({ code: "REQUEST_LOST", details: { sent: false } });
  await eventually("the loss", () => handle.state.status === "reconnecting");
  expect(handle.trySend("{}")).toBe(false);
  expect(await rejection(handle.send("{}"))).toMatchObject({ code: "REQUEST_LOST", details: { sent: false } });
  await handle.send('{"op":"later"}', { whenDown: "wait" });
  const second = await server.connection(2);
  await second.message(1);
  expect(operations(second)).toEqual(["later"]);
});

test("close() ends requests and sends that wait for a connection, as not sent", async () => {
  const server = await startServer();
  server.otherwise({ status: 503, headers: { "retry-after": "60" } });
  const { handle } = open({ url: server.url, handler: new TestHandler() });
  const waiting = [rejection(handle.request("a")), rejection(handle.send("{}", { whenDown: "wait" }))];
  await server.connection(1);
  await handle.close();
  for (const error of await Promise.all(waiting)) {
    expect(error).toMatchObject({ code: "REQUEST_LOST", details: { sent: false }, cause: { code: "WS_CLOSED" } });
  }
  expect([handle.pending, handle.buffered]).toEqual([0, 0]);
});
