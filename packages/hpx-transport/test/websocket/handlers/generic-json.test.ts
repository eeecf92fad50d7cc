import { GenericJsonHandler } from "hpx-transport/websocket";
import { expect, test } from "vitest";
import { connect, rejection, startServer, take } from "../support.js";
import { plain, read } from "./fixtures.js";

test("the default names are id, topic, error and error.code", () => {
  const handler = new GenericJsonHandler();
  expect(read(handler, { topic: "a", n: 1 })).toEqual({ kind: "update", topic: "a", value: { topic: "a", n: 1 } });
  expect(read(handler, { id: 3, ok: true })).toEqual({ kind: "response", id: 3, value: { id: 3, ok: true } });
  const refused = { id: "x", error: { code: 12, text: "no" } };
  expect(plain(read(handler, refused))).toEqual({ kind: "response", id: "x", value: refused, error: { code: 12 } });
  expect(read(handler, { id: 4, error: null })).toMatchObject({ kind: "response", id: 4 });
  expect(read(handler, { id: 4, error: null })).not.toHaveProperty("error");
  expect(read(handler, { error: "bad" })).toMatchObject({ kind: "system" });
  expect(read(handler, { hello: 1 })).toMatchObject({ kind: "unknown" });
  expect(read(handler, "no JSON")).toEqual({ kind: "unknown", value: undefined });
  expect(read(handler, "7")).toEqual({ kind: "unknown", value: 7 });
});

test("every name can be set, also as a path", () => {
  const handler = new GenericJsonHandler({
    id: "reqid",
    topic: "params.channel",
    data: "params.data",
    result: "result.value",
    error: "err",
    errorCode: "err.no",
    ping: { op: "ping" },
    isHeartbeat: (message) => (message as { op?: string }).op === "pong",
  });
  expect(read(handler, { params: { channel: "a", data: [1] } })).toEqual({ kind: "update", topic: "a", value: [1] });
  expect(read(handler, { reqid: 1, result: { value: 5 } })).toEqual({ kind: "response", id: 1, value: 5 });
  expect(read(handler, { reqid: 1, err: { no: "E1" } })).toMatchObject({ id: 1, error: { code: "E1" } });
  expect(read(handler, { op: "pong" })).toMatchObject({ kind: "control" });
  expect(handler.ping()).toBe('{"op":"ping"}');
  expect(handler.subscribe(["a"], 9)).toBe('{"reqid":9,"op":"subscribe","args":["a"]}');
});

test("a name of Object's own is no field", () => {
  const handler = new GenericJsonHandler({ topic: "t", data: "toString", result: "constructor" });
  expect(read(handler, { t: "a" })).toEqual({ kind: "update", topic: "a", value: undefined });
  expect(read(handler, { id: 1 })).toEqual({ kind: "response", id: 1, value: undefined });
});

test("the id is written in front; numbers and the order of keys of a text stay as they are", () => {
  const handler = new GenericJsonHandler();
  expect(handler.request({ z: 1, a: [2] }, 5)).toBe('{"id":5,"z":1,"a":[2]}');
  expect(handler.request(' { "price": 1.50, "size": 12345678901234567890 } ', 5)).toBe(
    '{"id":5,"price": 1.50, "size": 12345678901234567890 }',
  );
  expect(handler.request("{}", "x")).toBe('{"id":"x"}');
  expect(handler.request({ id: 1, a: 1 }, 5)).toBe('{"id":5,"a":1}');
  for (const payload of ["[1]", "text", 5, null, undefined, [1]]) {
    expect(() => handler.request(payload, 5)).toThrow(/payload: .* it takes an object, or the text of a JSON object/);
  }
});

test("messages of your own subscribe; undefined sends none", () => {
  const handler = new GenericJsonHandler({
    subscribe: (topics, id) => ({ action: "sub", topics, id }),
    unsubscribe: () => undefined,
  });
  expect(handler.subscribe(["a"], 1)).toBe('{"action":"sub","topics":["a"],"id":1}');
  expect(handler.unsubscribe(["a"], 2)).toBeUndefined();
});

test("an option that cannot be used is CONFIG", () => {
  expect(() => new GenericJsonHandler({ topic: "" })).toThrow("topic");
  expect(() => new GenericJsonHandler({ tpic: "x" } as object)).toThrow("topic");
});

test("over a socket: requests, a failed one, and a subscription", async () => {
  const server = await startServer();
  server.otherwise(async (connection) => {
    for await (const message of connection) {
      const { id, op } = message.json() as { id: number; op: string };
      if (op === "fail") await connection.sendJson({ id, error: { code: "NOPE" } });
      else await connection.sendJson({ id, result: op });
      if (op === "subscribe") await connection.sendJson({ topic: "a", n: 1 });
    }
  });
  const { handle } = await connect({ url: server.url, handler: new GenericJsonHandler({ result: "result" }) });
  expect(await handle.request({ op: "time" })).toBe("time");
  expect(await rejection(handle.request({ op: "fail" }))).toMatchObject({
    code: "REQUEST_FAILED",
    details: { code: "NOPE" },
  });
  const subscription = handle.subscribe("a");
  await subscription.ready;
  expect((await take(subscription, 1))[0]?.value).toEqual({ topic: "a", n: 1 });
});
