import { expect, expectTypeOf, test } from "vitest";
import * as v from "valibot";
import { z } from "zod";
import { TransportError } from "../../src/index.js";
import { rejection } from "../support/promises.js";
import { open, silent, startServer } from "./support.js";

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
  const logger = { ...silent, error: (fields: object) => errors.push(fields) };
  const connection = open({ url: server.url, logger });
  const iterator = connection.stream.json()[Symbol.asyncIterator]();
  await iterator.next();
  const error = await rejection(iterator.next());
  expect(connection.handle.lastEventId).toBe("1");
  expect(connection.handle.state).toEqual({ status: "closed", error });
  expect(errors).toMatchObject([{ error: expect.stringMatching(/^SSE_PARSE: /) }]);
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

const price = z.object({ price: z.number() });
const mixed =
  'id: 1\ndata: {"price":1}\n\nid: 2\ndata: oops\n\nid: s\ndata:\n\nid: 3\ndata: {"price":"x"}\n\nid: 4\ndata: {"price":4}\n\n';

test("the path of what a schema refuses is in the details, as the event is", async () => {
  const server = await startServer();
  server.reply({ body: 'data: {"trades":[{"price":"x"}]}\n\n', finish: "hold" });
  const schema = v.object({ trades: v.array(v.object({ price: v.number() })) });
  const error = await rejection(open(server.url).stream.json(schema)[Symbol.asyncIterator]().next());
  expect(TransportError.is(error, "SSE_PARSE") && error.details).toMatchObject({
    event: { data: '{"trades":[{"price":"x"}]}' },
    path: ["trades", 0, "price"],
  });
});

test("onInvalid: skip passes over what cannot be read; the stream and the stats count it, and one warning tells of it", async () => {
  const server = await startServer();
  server.otherwise({ body: mixed });
  const warnings: string[] = [];
  const logger = { ...silent, warn: (_fields: object, text: string) => warnings.push(text) };
  const connection = open({ url: server.url, reconnect: false, logger });
  const events = connection.stream.json(price, { onInvalid: "skip" });
  const seen: unknown[] = [];
  for await (const { id, json } of events) {
    expectTypeOf(json).toEqualTypeOf<{ price: number }>();
    seen.push([id, json.price]);
  }
  expect(seen).toEqual([
    ["1", 1],
    ["4", 4],
  ]);
  expect([events.skipped, connection.handle.stats.skipped, connection.handle.lastEventId]).toEqual([2, 2, "4"]);
  expect(warnings).toEqual([expect.stringMatching(/^json\(\) passes over an event/)]);
});

test("onInvalid: result hands over each data event, with json or with SSE_PARSE, and goes on", async () => {
  const server = await startServer();
  server.otherwise({ body: mixed });
  const seen: unknown[] = [];
  const connection = open({ url: server.url, reconnect: false });
  for await (const event of connection.stream.json(price, { onInvalid: "result" })) {
    if (event.ok) {
      expectTypeOf(event.json).toEqualTypeOf<{ price: number }>();
      seen.push([event.id, event.kind, event.json.price]);
    } else {
      expectTypeOf(event.error).toEqualTypeOf<TransportError<"SSE_PARSE">>();
      seen.push([event.id, event.kind, event.error.code, event.error.details.path]);
    }
  }
  expect(seen).toEqual([
    ["1", "data", 1],
    ["2", "data", "SSE_PARSE", []],
    ["3", "data", "SSE_PARSE", ["price"]],
    ["4", "data", 4],
  ]);
  expect(connection.handle.stats.skipped).toBe(0);
});

test("onInvalid: works without a schema, with asynchronous ones, and types what a schema makes", async () => {
  const server = await startServer();
  server.otherwise({ body: mixed });
  const results = open({ url: server.url, reconnect: false }).stream.json(undefined, { onInvalid: "result" });
  const oks: boolean[] = [];
  for await (const event of results) {
    if (event.ok) expectTypeOf(event.json).toEqualTypeOf<unknown>();
    oks.push(event.ok);
  }
  expect(oks).toEqual([true, false, true, true]);

  const slow = price.transform(async ({ price: amount }) => `$${amount}`);
  const prices: string[] = [];
  for await (const { json } of open({ url: server.url, reconnect: false }).stream.json(slow, { onInvalid: "skip" })) {
    expectTypeOf(json).toEqualTypeOf<string>();
    prices.push(json);
  }
  expect(prices).toEqual(["$1", "$4"]);
});

test("onInvalid: a close() while an asynchronous schema takes its time ends the loop without that event", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: 1\n\ndata: 2\n\n", finish: "hold" });
  const connection = open(server.url);
  const schema = v.pipeAsync(
    v.number(),
    v.checkAsync(async () => {
      await connection.close();
      return false;
    }),
  );
  const iterator = connection.stream.json(schema, { onInvalid: "result" })[Symbol.asyncIterator]();
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});

test("onInvalid: a schema that throws is HANDLER all the same", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: 1\n\n", finish: "hold" });
  const broken = z.number().transform((): number => {
    throw new Error("mine");
  });
  for (const onInvalid of ["skip", "result"] as const) {
    const stream = open(server.url).stream.json(broken, { onInvalid });
    expect(await rejection(stream[Symbol.asyncIterator]().next())).toMatchObject({
      code: "HANDLER",
      details: { hook: "schema.validate" },
    });
  }
  await server.idle();
});

test("an option of json() that cannot be used is CONFIG at the call, and leaves the stream to others", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: 1\n\n", finish: "hold" });
  const { stream } = open(server.url);
  const calls: [() => unknown, RegExp][] = [
    [
      () => stream.json(price, { onInvalid: "ignore" as "skip" }),
      /^onInvalid: "ignore" cannot be used; it takes "throw"/,
    ],
    [
      () => stream.json(price, { oninvalid: "skip" } as never),
      /^oninvalid: an unknown option .* did you mean onInvalid\?/,
    ],
    [() => stream.json(price, "skip" as never), /^options: "skip" cannot be used|^options: a string cannot be used/],
  ];
  for (const [call, message] of calls) expect(call).toThrow(message);
  expect(await stream.json()[Symbol.asyncIterator]().next()).toMatchObject({ value: { json: 1 } });
});

test("a parser of one's own reads whole numbers that JSON.parse would round", async () => {
  const server = await startServer();
  server.reply({ body: 'data: {"id": 8389766145050669870}\n\n' });
  const parse = (text: string): unknown => JSON.parse(text.replaceAll(/:\s*(\d{16,})/g, ':"$1"'));
  const schema = z.object({ id: z.coerce.bigint() });
  const ids: bigint[] = [];
  for await (const { json } of open({ url: server.url, reconnect: false }).json(schema, { parse })) ids.push(json.id);
  expect(ids).toEqual([8389766145050669870n]);
});

test("an error of the parser counts as a payload that is not JSON", async () => {
  const server = await startServer();
  server.otherwise({ body: "data: 1\n\ndata: 2\n\n" });
  const cause = new Error("odd");
  const parse = (text: string): number => {
    if (text === "1") throw cause;
    return Number(text);
  };
  const options = { url: server.url, reconnect: false as const };
  const failed = await rejection(open(options).json(undefined, { parse })[Symbol.asyncIterator]().next());
  expect(TransportError.is(failed, "SSE_PARSE") && failed.cause).toMatchObject({ cause });
  const read: unknown[] = [];
  for await (const { json } of open(options).json(undefined, { parse, onInvalid: "skip" })) read.push(json);
  expect(read).toEqual([2]);
  expect(() => open(options).json(undefined, { parse: "JSON" as never })).toThrow("parse: a string cannot be used");
});
