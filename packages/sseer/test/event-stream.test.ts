import { EventStream, EventTooLargeError, type ServerSentEvent } from "sseer";
import { expect, test } from "vitest";
import { Source } from "./support/source.js";

async function collect(events: AsyncIterable<ServerSentEvent>): Promise<string[]> {
  const data: string[] = [];
  for await (const event of events) data.push(event.data);
  return data;
}

test("an async iterable of bytes becomes one of events, cut anywhere", async () => {
  const source = new Source(["da", "ta: 1\n", "\ndata: 2\n\ndata: 3\n\n", "", "data: half"]);
  expect(await collect(new EventStream(source))).toEqual(["1", "2", "3"]);
});

test("a ReadableStream becomes one of events", async () => {
  const { body } = new Response("event: e\ndata: 1\n\ndata: 2\n\n");
  expect(await collect(new EventStream(body ?? new Source([])))).toEqual(["1", "2"]);
});

test("the options reach the parser", async () => {
  const seen: string[] = [];
  const events = new EventStream<ServerSentEvent & { own: true }>(new Source([": c\nretry: 7\ndata: 1\n\nid: 9\n\n"]), {
    lastEventId: "5",
    createEvent: (event, data, id) => ({ event, data, id, own: true }),
    onComment: (text) => seen.push(text),
    onRetry: (milliseconds) => seen.push(String(milliseconds)),
  });
  for await (const event of events) expect(event).toEqual({ event: "message", data: "1", id: "5", own: true });
  expect(seen).toEqual(["c", "7"]);
  expect(events.lastEventId).toBe("9");
});

test("leaving the loop closes the source", async () => {
  const source = new Source(["data: 1\n\ndata: 2\n\n", "data: 3\n\n"]);
  for await (const event of new EventStream(source)) {
    expect(event.data).toBe("1");
    break;
  }
  expect(source.closed).toBe(1);
  expect(source.taken).toBe(1);
});

test("leaving the loop cancels a ReadableStream and lets go of it", async () => {
  let cancelled = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
    cancel: () => void cancelled++,
  });
  for await (const _ of new EventStream(stream)) break;
  expect(cancelled).toBe(1);
  expect(stream.locked).toBe(false);
});

test("a chunk is read when the events of the one before are used up", async () => {
  const source = new Source(["data: 1\n\ndata: 2\n\n", "data: 3\n\n"]);
  const events = new EventStream(source)[Symbol.asyncIterator]();
  expect(source.taken).toBe(0);
  await events.next();
  await events.next();
  expect(source.taken).toBe(1);
  await events.next();
  expect(source.taken).toBe(2);
});

test("an error of the source comes after the events before it", async () => {
  const source = new Source(["data: 1\n\ndata: 2\n\nda"], new Error("reset"));
  const data: string[] = [];
  const loop = async (): Promise<void> => {
    for await (const event of new EventStream(source)) data.push(event.data);
  };
  await expect(loop()).rejects.toThrow("reset");
  expect(data).toEqual(["1", "2"]);
});

test("an event that is too large closes the source, after the events before it", async () => {
  const source = new Source([`data: 1\n\ndata: ${"x".repeat(50)}\n\ndata: 2\n\n`, "data: 3\n\n"]);
  const data: string[] = [];
  const loop = async (): Promise<void> => {
    for await (const event of new EventStream(source, { maxEventSize: 20 })) data.push(event.data);
  };
  await expect(loop()).rejects.toThrow(EventTooLargeError);
  expect(data).toEqual(["1"]);
  expect(source.closed).toBe(1);
});

test("a callback that throws ends the loop with its error and closes the source", async () => {
  const source = new Source(["data: 1\n\n: c\ndata: 2\n\n", "data: 3\n\n"]);
  const onComment = (): never => {
    throw new Error("callback");
  };
  await expect(collect(new EventStream(source, { onComment }))).rejects.toThrow("callback");
  expect(source.closed).toBe(1);
});

test("calls of next that overlap are answered in their order", async () => {
  const events = new EventStream(new Source(["data: 1\n\n", "data: 2\n\ndata: 3\n\n"]))[Symbol.asyncIterator]();
  const results = await Promise.all([1, 2, 3, 4, 5].map(() => events.next()));
  expect(results.map(({ value }) => value?.data)).toEqual(["1", "2", "3", undefined, undefined]);
});

test("return while next waits ends both", async () => {
  const { readable } = new TransformStream<Uint8Array, Uint8Array>();
  const events = new EventStream(readable)[Symbol.asyncIterator]();
  const next = events.next();
  await events.return?.();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test("after the end it stays at its end, and it cannot be iterated twice", async () => {
  const stream = new EventStream(new Source(["data: 1\n\n"]));
  const events = stream[Symbol.asyncIterator]();
  await events.next();
  expect(await events.next()).toEqual({ done: true, value: undefined });
  expect(await events.next()).toEqual({ done: true, value: undefined });
  expect(() => stream[Symbol.asyncIterator]()).toThrow("an EventStream can be iterated once");
});

test("an option that cannot be used is refused at once", () => {
  expect(() => new EventStream(new Source([]), { maxEventSize: 0 })).toThrow(RangeError);
});
