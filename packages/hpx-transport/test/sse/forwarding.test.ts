import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { JsonStream } from "sseer";
import type { SseEvent, SseStream } from "../../src/sse/index.js";
import { open, prompt, startServer, within } from "./support.js";

test("a connection has the members of its handle", async () => {
  const server = await startServer();
  server.otherwise({ body: "id: 7\ndata: a\n\n", finish: "hold" });
  const connection = open({ url: server.url, name: "x", reconnect: prompt });
  expect(connection.state).toEqual(connection.handle.state);
  await connection.next();
  expect([connection.lastEventId, connection.state.status]).toEqual(["7", "connected"]);
  await within(connection.reconnect("test"), "reconnect()");
  expect(connection.stats).toMatchObject({ name: "x", attempts: 2 });
  await connection.close();
  await within(connection.closed, "closed");
  expect(connection.state.status).toBe("closed");
});

test("a connection has the members of its stream", async () => {
  const server = await startServer();
  server.otherwise({ body: 'data: {"a":1}\n\n' });
  const options = { url: server.url, reconnect: false as const };
  expect(await open(options).next()).toMatchObject({ value: { data: '{"a":1}' } });
  for await (const batch of open(options).batches()) expect(batch).toHaveLength(1);
  for await (const { json } of open(options).json(z.object({ a: z.number() }))) expect(json.a).toBe(1);
  for await (const { json } of open(options).json<{ a: number }>()) {
    expectTypeOf(json).toEqualTypeOf<{ a: number }>();
    expect(json).toEqual({ a: 1 });
  }
  const { value } = await open(options).toReadableStream().getReader().read();
  expect(value?.data).toBe('{"a":1}');
});

test("a connection and its stream are one consumer", () => {
  const connection = open("http://127.0.0.1:1/");
  connection.batches();
  expect(() => connection.stream.json()).toThrow("the stream is being read by batches()");
});

test("json<T>() of the stream says what the payload is", () => {
  expectTypeOf<SseStream["json"]>().toBeCallableWith();
  const json = (stream: SseStream): JsonStream<SseEvent, { a: number }> => stream.json<{ a: number }>();
  expectTypeOf(json).returns.toEqualTypeOf<JsonStream<SseEvent, { a: number }>>();
});
