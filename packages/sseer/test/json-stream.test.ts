import {
  EventJsonError,
  EventStream,
  type JsonResult,
  JsonStream,
  type ServerSentEvent,
  type StandardSchema,
} from "sseer";
import * as v from "valibot";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { Source } from "./support/source.js";

const stream = (source: Source): EventStream => new EventStream(source);

async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** Runs the loop until it throws; returns the error and the events before it. */
async function failure(events: AsyncIterable<unknown>): Promise<{ before: number; error: unknown }> {
  let before = 0;
  try {
    for await (const _ of events) before++;
  } catch (error) {
    return { before, error };
  }
  throw new Error("the loop ended without an error");
}

test("each event gets its data as json", async () => {
  const source = new Source(['id: 1\ndata: {"a":\ndata: 1}\n\ndata: null\n\ndata: "x"\n\n']);
  expect(await collect(new JsonStream(stream(source)))).toEqual([
    { event: "message", data: '{"a":\n1}', id: "1", json: { a: 1 } },
    { event: "message", data: "null", id: "1", json: null },
    { event: "message", data: '"x"', id: "1", json: "x" },
  ]);
});

test("a schema checks and types it: zod, valibot, and one of your own", async () => {
  const data = 'data: {"price":"12.5"}\n\n';
  const zodSchema = z.object({ price: z.string().transform(Number) });
  const fromZod = await collect(new JsonStream(stream(new Source([data])), zodSchema));
  expectTypeOf(fromZod[0]?.json).toEqualTypeOf<{ price: number } | undefined>();
  expect(fromZod[0]?.json).toEqual({ price: 12.5 });

  const fromValibot = await collect(new JsonStream(stream(new Source([data])), v.object({ price: v.string() })));
  expectTypeOf(fromValibot[0]?.json).toEqualTypeOf<{ price: string } | undefined>();
  expect(fromValibot[0]?.json).toEqual({ price: "12.5" });

  const own: StandardSchema<number> = {
    "~standard": { version: 1, vendor: "own", validate: (value) => ({ value: Object.keys(value as object).length }) },
  };
  const fromOwn = await collect(new JsonStream(stream(new Source([data])), own));
  expectTypeOf(fromOwn[0]).toEqualTypeOf<(ServerSentEvent & { json: number }) | undefined>();
  expect(fromOwn[0]?.json).toBe(1);
});

test("a schema may be asynchronous", async () => {
  const schema = v.pipeAsync(
    v.number(),
    v.checkAsync(async (value) => value < 3, "too much"),
  );
  const source = new Source(["data: 1\n\ndata: 2\n\ndata: 3\n\n"]);
  const { before, error } = await failure(new JsonStream(stream(source), schema));
  expect(before).toBe(2);
  expect(error).toMatchObject({ name: "EventJsonError", issues: [{ message: "too much" }] });
  expect(source.closed).toBe(1);
});

test("data that is not JSON closes the source, then throws", async () => {
  const source = new Source(["data: 1\n\nid: 7\nevent: e\ndata: [DONE]\n\ndata: 2\n\n", "data: 3\n\n"]);
  const { before, error } = await failure(new JsonStream(stream(source)));
  expect(before).toBe(1);
  expect(error).toBeInstanceOf(EventJsonError);
  expect(error).toMatchObject({ event: { event: "e", data: "[DONE]", id: "7" }, issues: [] });
  expect((error as EventJsonError).cause).toBeInstanceOf(SyntaxError);
  expect((error as EventJsonError).message).toMatch(/^the data of event "e" \(id "7"\) is not JSON: /);
  expect(source.closed).toBe(1);
  expect(source.taken).toBe(1);
});

test("data that does not match says where, and closes the source", async () => {
  const source = new Source(['data: {"trades":[{"price":"x"}]}\n\n', "data: 2\n\n"]);
  const schema = z.object({ trades: z.array(z.object({ price: z.number() })) });
  const { error } = await failure(new JsonStream(stream(source), schema));
  expect(error).toBeInstanceOf(EventJsonError);
  expect((error as EventJsonError).message).toMatch(
    /^the data of event "message" does not match the schema: trades\.0\.price: /,
  );
  expect((error as EventJsonError).issues[0]?.path).toEqual(["trades", 0, "price"]);
  expect(source.closed).toBe(1);
});

test("a schema that throws ends the loop with its error and closes the source", async () => {
  const source = new Source(["data: 1\n\ndata: 2\n\n"]);
  const schema: StandardSchema<number> = {
    "~standard": {
      version: 1,
      vendor: "own",
      validate: () => {
        throw new Error("schema");
      },
    },
  };
  const { error } = await failure(new JsonStream(stream(source), schema));
  expect(error).toEqual(new Error("schema"));
  expect(source.closed).toBe(1);
});

test("leaving the loop closes the source", async () => {
  const source = new Source(["data: 1\n\ndata: 2\n\n"]);
  for await (const { json } of new JsonStream(stream(source))) {
    expect(json).toBe(1);
    break;
  }
  expect(source.closed).toBe(1);
});

test("an error of the events comes through", async () => {
  const { before, error } = await failure(new JsonStream(stream(new Source(["data: 1\n\n"], new Error("reset")))));
  expect(before).toBe(1);
  expect(error).toEqual(new Error("reset"));
});

test("a schema's answer may be any thenable, not only a Promise of this realm", async () => {
  const late = {};
  Reflect.set(late, "then", (resolve: (result: object) => void) => resolve({ issues: [{ message: "no" }] }));
  const schema = {
    "~standard": { version: 1, vendor: "test", validate: () => late },
  } as unknown as StandardSchema<number>;
  const events = async function* (): AsyncGenerator<ServerSentEvent> {
    yield { event: "message", data: "1", id: "" };
  };
  await expect(new JsonStream(events(), schema)[Symbol.asyncIterator]().next()).rejects.toThrow("no");
});

const price = z.object({ price: z.number() });
const mixed =
  'id: 1\ndata: {"price":1}\n\nid: 2\ndata: oops\n\nid: 3\ndata: {"price":"x"}\n\nid: 4\ndata: {"price":4}\n\n';

test("onInvalid: skip passes over what cannot be read, counts it and tells of each", async () => {
  const errors: EventJsonError[] = [];
  const events = new JsonStream(stream(new Source([mixed])), price, {
    onInvalid: "skip",
    onSkip: (error) => errors.push(error),
  });
  const read = await collect(events);
  expectTypeOf(read).toEqualTypeOf<(ServerSentEvent & { json: { price: number } })[]>();
  expect(read.map(({ id, json }) => [id, json.price])).toEqual([
    ["1", 1],
    ["4", 4],
  ]);
  expect(events.skipped).toBe(2);
  expect(errors.map(({ event, path }) => [event.id, path])).toEqual([
    ["2", []],
    ["3", ["price"]],
  ]);
});

test("onInvalid: result hands over every event, and says which could be read", async () => {
  const read = await collect(new JsonStream(stream(new Source([mixed])), price, { onInvalid: "result" }));
  expectTypeOf(read).toEqualTypeOf<(ServerSentEvent & JsonResult<{ price: number }>)[]>();
  const prices = read.map((event) => {
    if (!event.ok) {
      expectTypeOf(event.error).toEqualTypeOf<EventJsonError>();
      return [event.id, event.error.path];
    }
    expectTypeOf(event.json).toEqualTypeOf<{ price: number }>();
    return [event.id, event.json.price];
  });
  expect(prices).toEqual([
    ["1", 1],
    ["2", []],
    ["3", ["price"]],
    ["4", 4],
  ]);
  // The event does not hold the error, so both can be written as JSON.
  expect(JSON.parse(JSON.stringify(read[1]))).toMatchObject({ id: "2", ok: false, error: { event: { id: "2" } } });
});

test("onInvalid: with an asynchronous schema, and without any", async () => {
  const even = v.pipeAsync(
    v.number(),
    v.checkAsync(async (value) => value % 2 === 0, "odd"),
    v.transform(String),
  );
  const numbers = "data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n";
  const skipping = new JsonStream(stream(new Source([numbers])), even, { onInvalid: "skip" });
  const read = await collect(skipping);
  expectTypeOf(read[0]?.json).toEqualTypeOf<string | undefined>();
  expect([read.map(({ json }) => json), skipping.skipped]).toEqual([["2", "4"], 2]);

  const untyped = await collect(new JsonStream(stream(new Source([mixed])), undefined, { onInvalid: "result" }));
  expectTypeOf(untyped).toEqualTypeOf<(ServerSentEvent & JsonResult<unknown>)[]>();
  expect(untyped.map(({ ok }) => ok)).toEqual([true, false, true, true]);
});

test("onInvalid: throw is the default, by name and undefined too", async () => {
  for (const onInvalid of [undefined, "throw"] as const) {
    const events = new JsonStream(stream(new Source([mixed])), price, { onInvalid });
    const { before, error } = await failure(events);
    expect([before, (error as EventJsonError).event.id, events.skipped]).toEqual([1, "2", 0]);
  }
});

test("onInvalid: whatever it says, a schema that throws, and an onSkip that throws, close the source and end the loop", async () => {
  const throwing: StandardSchema<number> = {
    "~standard": {
      version: 1,
      vendor: "own",
      validate: () => {
        throw new Error("mine");
      },
    },
  };
  const fail = (): never => {
    throw new Error("mine");
  };
  const loops = [
    (source: Source) => new JsonStream(stream(source), throwing, { onInvalid: "skip" }),
    (source: Source) => new JsonStream(stream(source), throwing, { onInvalid: "result" }),
    (source: Source) => new JsonStream(stream(source), price, { onInvalid: "skip", onSkip: fail }),
  ];
  for (const loop of loops) {
    const source = new Source([mixed]);
    expect((await failure(loop(source))).error).toEqual(new Error("mine"));
    expect(source.closed).toBe(1);
  }
});

test("onInvalid that is none is a TypeError at once", () => {
  expect(() => new JsonStream(stream(new Source([])), price, { onInvalid: "ignore" as "skip" })).toThrow(
    'onInvalid: "ignore" cannot be used; it takes "throw", "skip" or "result"',
  );
});

test("a parser of one's own takes the place of JSON.parse; its errors mean that the data is invalid", async () => {
  const source = new Source(["data: 12345678901234567890\n\n", "data: x\n\n", "data: 2\n\n"]);
  const parse = (text: string): bigint => BigInt(text);
  const read = new JsonStream(stream(source), undefined, { parse, onInvalid: "skip" });
  expect((await collect(read)).map(({ json }) => json)).toEqual([12345678901234567890n, 2n]);
  expect(read.skipped).toBe(1);
  expect(() => new JsonStream(stream(source), undefined, { parse: "JSON" as never })).toThrow(
    new TypeError("parse: string cannot be used; it takes a function"),
  );
});
