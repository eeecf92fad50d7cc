import { EventTooLargeError } from "sseer";
import { expect, test } from "vitest";
import { Recorder } from "./support/recorder.js";

const limit = 100;

/** Pushes pieces of `size` characters until the parser throws; returns the number of bytes that it took before. */
function takenUntilTooLarge(recorder: Recorder, stream: string, size: number): number {
  for (let at = 0; at < stream.length; at += size) {
    try {
      recorder.push(stream.slice(at, at + size));
    } catch (error) {
      if (!(error instanceof EventTooLargeError)) throw error;
      return Math.min(at + size, stream.length);
    }
  }
  return Infinity;
}

test.each([1, 7, 1000])("a line of the limit is taken, one byte more is not (in chunks of %d)", (size) => {
  const fits = `: ${"x".repeat(limit - 2)}\n`;
  expect(takenUntilTooLarge(new Recorder({ maxEventSize: limit }), fits.repeat(3), size)).toBe(Infinity);
  const over = `\n:x${fits.slice(1)}`;
  expect(takenUntilTooLarge(new Recorder({ maxEventSize: limit }), over, size)).toBeLessThanOrEqual(limit + 1 + size);
});

test.each([
  ["an endless data line", "data: ", "x", ""],
  ["an endless comment", ":", "x", ""],
  ["an endless line without a name", "", "x", ""],
  ["an endless id", "id: ", "5", ""],
  ["an endless run of data lines", "", "data:\n", ""],
  ["an endless run of data lines among others", "", "data: x\nid: 5\n: c\n", ""],
])("%s is over maxEventSize, and refused before much more is taken", (_, first, repeated) => {
  const recorder = new Recorder({ maxEventSize: limit });
  const taken = takenUntilTooLarge(recorder, first + repeated.repeat(limit * 5), 1);
  expect(taken).toBeLessThanOrEqual(limit * 4);
});

test("data lines count whole, with a byte for their line end", () => {
  const line = `data: ${"x".repeat(limit / 2 - 7)}`;
  for (const end of ["\n", "\r", "\r\n"]) {
    const fits = line + end + line + end + end;
    expect(takenUntilTooLarge(new Recorder({ maxEventSize: limit }), fits.repeat(2), 1)).toBe(Infinity);
    expect(takenUntilTooLarge(new Recorder({ maxEventSize: limit }), `${line}x${end}${line}${end}`, 1)).toBeLessThan(
      Infinity,
    );
  }
});

test("comments, ids and finished events do not add up", () => {
  const recorder = new Recorder({ maxEventSize: limit });
  recorder.push(
    ": a comment\nid: an id\nevent: e\ndata: x\n".repeat(5),
    "\n",
    "data: x\n\n".repeat(1000),
    ": c\n".repeat(1000),
  );
  expect(recorder.data).toHaveLength(1001);
});

test("characters count as bytes", () => {
  expect(() => new Recorder({ maxEventSize: limit }).push(`data: ${"漢".repeat(32)}\n`)).toThrow(EventTooLargeError);
  expect(() => new Recorder({ maxEventSize: limit }).push(`data: ${"漢".repeat(31)}\n`)).not.toThrow();
});

test("the events before it are delivered, and then nothing until reset", () => {
  const recorder = new Recorder({ maxEventSize: limit });
  const stream = `id: 1\ndata: 1\n\nid: 2\ndata: ${"x".repeat(limit)}\n\ndata: 3\n\n`;
  let first: unknown;
  try {
    recorder.push(stream);
  } catch (error) {
    first = error;
  }
  expect(first).toBeInstanceOf(EventTooLargeError);
  expect(first).toMatchObject({ name: "EventTooLargeError", limit });
  expect(recorder.data).toEqual(["1"]);
  // The same error object each time, not a new one for each chunk.
  expect(() => recorder.push("data: 4\n\n")).toThrow(first);
  recorder.parser.end();
  expect(() => recorder.push("")).toThrow(first);
  recorder.parser.reset();
  expect(recorder.parser.lastEventId).toBe("1");
  expect(recorder.push("data: 5\n\n").data).toEqual(["1", "5"]);
});

test("an EventTooLargeError that a callback throws is the callback's", () => {
  const recorder = new Recorder();
  recorder.onCall = () => {
    if (recorder.calls.length === 1) throw new EventTooLargeError(1);
  };
  expect(() => recorder.push("data: 1\n\ndata: 2\n\n")).toThrow(EventTooLargeError);
  expect(recorder.push("data: 3\n\n").data).toEqual(["1", "2", "3"]);
});

test("bytes that a callback pushed before it are dropped with it", () => {
  const recorder = new Recorder({ maxEventSize: limit });
  recorder.onCall = () => recorder.push("data: nested\n\n");
  expect(() => recorder.push(`data: 1\n\n${"x".repeat(limit + 1)}`)).toThrow(EventTooLargeError);
  recorder.parser.reset();
  recorder.onCall = () => {};
  expect(recorder.push("").data).toEqual(["1"]);
});

test.each([0, -1, 1.5, Number.NaN, Infinity, "1"])("maxEventSize %j is refused", (maxEventSize) => {
  expect(() => new Recorder({ maxEventSize: maxEventSize as number })).toThrow(
    `maxEventSize: ${maxEventSize} cannot be used; it takes a positive integer of bytes`,
  );
});

test("options may be undefined, and the wrong ones are named", () => {
  const options = { maxEventSize: undefined, lastEventId: undefined, createEvent: undefined };
  expect(new Recorder(options).push("data: 1\n\n").data).toEqual(["1"]);
  expect(() => new Recorder({ lastEventId: 5 as unknown as string })).toThrow("lastEventId: 5 cannot be used");
});
