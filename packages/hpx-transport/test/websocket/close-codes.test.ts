import { expect, test } from "vitest";
import { BearerAuth } from "../../src/auth/index.js";
import type { AnyTransportError } from "../../src/error.js";
import type { WsCloseVerdict, WsOptions } from "../../src/websocket/index.js";
import { open, QUICK, rejection, startServer, texts } from "./support.js";

const update = () => ({ kind: "update" }) as const;

test.each([1001, 1005, 1006, 1011, 1012, 1013, 1014, 1000])("after %i there is another attempt", async (code) => {
  const server = await startServer();
  const steps = code === 1005 || code === 1006 ? ["in"] : ["in", { close: code }];
  if (code === 1006) server.reply({ steps, finish: "cut" });
  else if (code === 1005) server.reply({ steps: [...steps, { close: null }], finish: "hold" });
  else server.reply({ steps, finish: "hold" });
  server.otherwise({ steps: ["again"], finish: "hold" });
  const errors: unknown[] = [];
  const connection = open({ url: server.url, handler: { read: update, onDisconnect: (error) => errors.push(error) } });
  expect(await texts(connection, 2)).toEqual(["in", "again"]);
  expect(errors).toMatchObject([{ code: "WS_CLOSED", details: { code, clean: code !== 1006 } }]);
});

test("1013 is not tried before the second wait of the backoff", async () => {
  const server = await startServer();
  server.reply({ steps: ["in", { close: 1013 }], finish: "hold" });
  server.otherwise({ steps: ["again"], finish: "hold" });
  const connection = open({ url: server.url, reconnect: { ...QUICK, initialDelay: 150 } });
  expect(await texts(connection, 2)).toEqual(["in", "again"]);
  const [first, second] = server.connections;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(290);
});

test.each([1002, 1003, 1007, 1008, 1009, 1010, 4000, 4999])(
  "%i is WS_CLOSED, fatal, after what was received",
  async (code) => {
    const server = await startServer();
    server.otherwise({ steps: ["in", { close: code, reason: "because" }], finish: "hold" });
    const connection = open({ url: server.url });
    expect(await texts(connection, 1)).toEqual(["in"]);
    const error = (await rejection(connection.next())) as AnyTransportError & { code: "WS_CLOSED" };
    expect(error).toMatchObject({ code: "WS_CLOSED", details: { code, clean: true, by: "server" } });
    expect(error.details.reason).toBe("because");
    expect(JSON.stringify(error)).not.toContain("because");
    expect(server.connectionCount).toBe(1);
  },
);

test("1008 renews a token once", async () => {
  const server = await startServer();
  server.otherwise({ steps: [{ close: 1008 }], finish: "hold" });
  let tokens = 0;
  const auth = new BearerAuth(() => `t${(tokens += 1)}`);
  const connection = open({ url: server.url, auth });
  expect(await rejection(connection.next())).toMatchObject({ code: "WS_CLOSED", details: { code: 1008 } });
  expect(server.connections.map(({ headers }) => headers["authorization"])).toEqual(["Bearer t1", "Bearer t2"]);
});

test.each<[string, Partial<WsOptions>, boolean]>([
  ["reconnect: false", { reconnect: false }, false],
  ["a session that is not resumable", {}, true],
])("1000 is a clean end with %s", async (_name, options, isSession) => {
  const server = await startServer();
  server.otherwise({ steps: ["in"] });
  const connection = open({ url: server.url, ...options, handler: { read: update, resumable: !isSession } });
  expect(await texts(connection, 1)).toEqual(["in"]);
  expect(await connection.next()).toEqual({ done: true, value: undefined });
  await connection.closed;
  expect(server.connectionCount).toBe(1);
});

test("a session that is not resumable ends with its error, and opens again by reconnect()", async () => {
  const server = await startServer();
  server.reply({ status: 503 }, { steps: ["one"], finish: "hold" }, { steps: ["two"], finish: "cut" });
  const connection = open({ url: server.url, handler: { read: update, resumable: false } });
  expect(await texts(connection, 1)).toEqual(["one"]);
  await connection.handle.reconnect();
  expect(await texts(connection, 1)).toEqual(["two"]);
  expect(await rejection(connection.next())).toMatchObject({
    code: "WS_CLOSED",
    details: { code: 1006, by: "network" },
  });
  expect(server.connectionCount).toBe(3);
});

test.each<[string, WsCloseVerdict, object | undefined, number]>([
  ["the end", "end", undefined, 1],
  ["a planned close", "reconnect", undefined, 2],
  ["an error", { error: "kicked" }, { code: "WS_CLOSED", details: { code: 4001, error: "kicked" } }, 1],
])("judgeClose comes first: %s", async (_name, verdict, failure, connections) => {
  const server = await startServer();
  server.reply({ steps: ["in", { close: 4001, reason: "why" }], finish: "hold" });
  server.otherwise({ steps: ["in"], finish: "hold" });
  const judged: unknown[] = [];
  const judgeClose = (...close: unknown[]): WsCloseVerdict => (judged.push(close), verdict);
  const connection = open({ url: server.url, handler: { read: update, judgeClose } });
  expect(await texts(connection, connections)).toEqual(Array.from({ length: connections }, () => "in"));
  if (failure !== undefined) expect(await rejection(connection.next())).toMatchObject(failure);
  else if (verdict === "end") expect(await connection.next()).toEqual({ done: true, value: undefined });
  expect(judged).toEqual([[4001, "why"]]);
  expect(server.connectionCount).toBe(connections);
});

test("a connection that breaks in a message: the part is dropped, and the next one has a gap before it", async () => {
  const server = await startServer();
  server.reply({ steps: ["one", { frame: { opcode: "text", payload: "par", fin: false } }], finish: "reset" });
  server.otherwise({ steps: ["two"], finish: "hold" });
  const connection = open({ url: server.url });
  const one = await connection.next();
  const two = await connection.next();
  expect([one.value?.data, two.value?.data]).toEqual(["one", "two"]);
  expect(two.value).toMatchObject({ epoch: 2, gap: { topic: "", reason: "reconnect", missing: "unknown" } });
});
