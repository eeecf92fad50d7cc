import { expect, expectTypeOf, test } from "vitest";
import * as v from "valibot";
import { z } from "zod";
import { TransportError } from "../../src/index.js";
import { open, rejection, startServer } from "./support.js";

const body = 'id: 1\ndata: {"price": 1.5}\n\nid: 2\ndata:\n\nid: 3\ndata: {"price": 2}\n\n';

test("json() parses the payload of data events and passes over the others", async () => {
  const server = await startServer();
  server.reply({ body });
  const seen: unknown[] = [];
  for await (const { id, json } of open({ url: server.url, reconnect: false }).stream.json()) seen.push([id, json]);
  expect(seen).toEqual([
    ["1", { price: 1.5 }],
    ["3", { price: 2 }],
  ]);
});

test("json(schema) is typed by the schema: zod and valibot", async () => {
  const server = await startServer();
  server.otherwise({ body });
  const prices: number[] = [];
  for await (const { json } of open({ url: server.url, reconnect: false }).stream.json(
    z.object({ price: z.number() }),
  )) {
    expectTypeOf(json).toEqualTypeOf<{ price: number }>();
    prices.push(json.price);
  }
  for await (const { json } of open({ url: server.url, reconnect: false }).stream.json(
    v.object({ price: v.number() }),
  )) {
    expectTypeOf(json).toEqualTypeOf<{ price: number }>();
    prices.push(json.price);
  }
  expect(prices).toEqual([1.5, 2, 1.5, 2]);
});

test("a payload that is not JSON is SSE_PARSE with the event, and the connection is closed", async () => {
  const server = await startServer();
  server.reply({ body: "event: tick\nid: 9\ndata: {oops\n\n", finish: "hold" });
  const connection = open(server.url);
  const error = await rejection(connection.stream.json()[Symbol.asyncIterator]().next());
  expect(TransportError.is(error, "SSE_PARSE") && error.details.event).toMatchObject({ id: "9", data: "{oops" });
  expect(error).toMatchObject({ message: /the data of event "tick" \(id "9"\) is not JSON/ });
  await server.idle();
});

test("a payload that the schema refuses is SSE_PARSE with the path", async () => {
  const server = await startServer();
  server.reply({ body: 'data: {"price": "high"}\n\n', finish: "hold" });
  const stream = open(server.url).stream.json(z.object({ price: z.number() }));
  const error = await rejection(stream[Symbol.asyncIterator]().next());
  expect(error).toMatchObject({ code: "SSE_PARSE", message: /does not match the schema: price: / });
  await server.idle();
});

test("what cannot be read was not handed over: lastEventId stays, and the state and the log tell the error", async () => {
  const server = await startServer();
  server.reply({ body: 'id: 1\ndata: {"price": 1}\n\nid: 2\ndata: oops\n\n', finish: "hold" });
  const errors: unknown[] = [];
  const quiet = (): void => {};
  const logger = { debug: quiet, info: quiet, warn: quiet, error: (fields: object) => errors.push(fields) };
  const connection = open({ url: server.url, logger });
  const iterator = connection.stream.json()[Symbol.asyncIterator]();
  await iterator.next();
  const error = await rejection(iterator.next());
  expect(connection.handle.lastEventId).toBe("1");
  expect(connection.handle.state).toEqual({ status: "closed", error });
  expect(errors).toEqual([{ error: expect.stringMatching(/^SSE_PARSE: /) }]);
});

test("a schema that is none is CONFIG at the call; one that throws is HANDLER", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: 1\n\n", finish: "hold" });
  const { stream } = open(server.url);
  for (const schema of [{}, null, "schema"]) {
    expect(() => stream.json(schema as never)).toThrow(/^schema: .* cannot be used; it takes a Standard Schema/);
  }
  const validate = (): never => {
    throw new Error("mine");
  };
  const broken = stream.json({ "~standard": { version: 1, vendor: "mine", validate } });
  expect(await rejection(broken[Symbol.asyncIterator]().next())).toMatchObject({
    code: "HANDLER",
    details: { hook: "schema.validate" },
  });
  await server.idle();
});

test("what ends the stream reaches a JSON loop as it is", async () => {
  const server = await startServer();
  server.reply({ body: "data: 1\n\n", finish: "cut" });
  const aborted = open({ url: server.url, signal: AbortSignal.abort("enough") });
  expect(await rejection(aborted.stream.json()[Symbol.asyncIterator]().next())).toBe("enough");
  const cut = open({ url: server.url, reconnect: false }).stream.json()[Symbol.asyncIterator]();
  expect(await cut.next()).toMatchObject({ value: { json: 1 } });
  expect(await rejection(cut.next())).toMatchObject({ code: "SSE_STREAM_ENDED" });
});
