import { EventParser } from "sseer";
import { expect, test } from "vitest";
import { Recorder } from "./support/recorder.js";

const boom = new Error("boom");

/** A recorder that throws in call number `at`. */
function throwingAt(...at: readonly number[]): Recorder {
  const recorder = new Recorder();
  recorder.onCall = () => {
    if (at.includes(recorder.calls.length - 1)) throw boom;
  };
  return recorder;
}

test("push rethrows what a callback throws, and the next push goes on after that event", () => {
  const recorder = throwingAt(1);
  expect(() => recorder.push("data: 1\n\ndata: 2\n\ndata: 3\n\nda")).toThrow(boom);
  expect(recorder.data).toEqual(["1", "2"]);
  expect(recorder.push("ta: 4\n\n").data).toEqual(["1", "2", "3", "4"]);
});

test.each([
  [": c\ndata: 1\n\n", [": c", "1"]],
  ["retry: 5\ndata: 1\n\n", ["retry 5", "1"]],
  ["data: 1\r\n\r\ndata: 2\r\n\r\n", ["1", "2"]],
  ["data: 1\r\rdata: 2\r\r", ["1", "2"]],
])("a throw loses and doubles nothing in %j", (stream, log) => {
  const recorder = throwingAt(0, 1);
  expect(() => recorder.push(stream)).toThrow(boom);
  expect(() => recorder.push("")).toThrow(boom);
  expect(recorder.push("").log).toEqual(log);
});

test("an id or retry before a throw stays in force after it", () => {
  const recorder = throwingAt(0);
  expect(() => recorder.push(": c\n\n")).toThrow(boom);
  const second = throwingAt(1);
  expect(() => second.push("id: 5\nevent: e\nretry: 1\n: c\ndata: 1\n\n")).toThrow(boom);
  expect(second.push("").calls.at(-1)).toEqual({
    kind: "event",
    event: { event: "e", data: "1", id: "5", retry: 1 },
  });
});

test("every push may throw: what is pushed meanwhile waits in its order", () => {
  const recorder = throwingAt(0, 1, 2, 3);
  expect(() => recorder.push("data: 1\n\ndata: 2\n\n")).toThrow(boom);
  expect(() => recorder.push("data: 3\n\n")).toThrow(boom);
  expect(() => recorder.push("data: 4\n\n")).toThrow(boom);
  expect(() => recorder.push("data: 5\n\n")).toThrow(boom);
  expect(recorder.push("data: 6\n\n").data).toEqual(["1", "2", "3", "4", "5", "6"]);
});

test("end() parses what a throw left, then discards the unfinished event", () => {
  const recorder = throwingAt(0);
  expect(() => recorder.push("data: 1\n\ndata: 2\n\ndata: 3")).toThrow(boom);
  recorder.parser.end();
  expect(recorder.push("\n\n").data).toEqual(["1", "2"]);
});

test("reset() from a callback drops the rest of the chunk", () => {
  const recorder = new Recorder();
  recorder.onCall = () => recorder.parser.reset();
  recorder.push("data: 1\n\ndata: 2\n\ndata: 3\n");
  expect(recorder.push("\ndata: 4\n\n").data).toEqual(["1", "4"]);
});

test("reset() and a throw in one callback: dropped, and rethrown", () => {
  const recorder = new Recorder();
  recorder.onCall = () => {
    recorder.parser.reset();
    throw boom;
  };
  expect(() => recorder.push("data: 1\n\ndata: 2\n\n")).toThrow(boom);
  recorder.onCall = () => {};
  expect(recorder.push("data: 3\n\n").data).toEqual(["1", "3"]);
});

test("bytes pushed by a callback come after the current chunk", () => {
  const recorder = new Recorder();
  recorder.onCall = () => {
    if (recorder.calls.length === 1) recorder.push("data: nested\n\nda");
  };
  recorder.push("data: 1\n\ndata: 2\n\n");
  expect(recorder.push("ta: 3\n\n").data).toEqual(["1", "2", "nested", "3"]);
});

test("bytes pushed after a reset in a callback are the new stream", () => {
  const recorder = new Recorder();
  recorder.onCall = () => {
    if (recorder.calls.length > 1) return;
    recorder.push("data: lost\n\n");
    recorder.parser.reset();
    recorder.push("\uFEFFdata: new\n\n");
  };
  expect(recorder.push("data: 1\n\ndata: dropped\n\n").data).toEqual(["1", "new"]);
});

test("end() from a callback takes effect after the current chunk", () => {
  const recorder = new Recorder();
  recorder.onCall = () => {
    if (recorder.calls.length === 1) recorder.parser.end();
  };
  recorder.push("data: 1\n\ndata: 2\n\ndata: half\n");
  expect(recorder.push("\ndata: 3\n\n").data).toEqual(["1", "2", "3"]);
});

test("the caller may reuse a chunk's memory as soon as push returns", () => {
  const recorder = throwingAt(0);
  const chunk = new TextEncoder().encode("data: 1\n\ndata: 2\n\ndata: thr");
  expect(() => recorder.push(chunk)).toThrow(boom);
  chunk.fill(0x0a);
  const nested = new TextEncoder().encode("ee\n\n");
  recorder.onCall = () => recorder.push(nested);
  recorder.push("");
  recorder.onCall = () => {};
  nested.fill(0);
  expect(recorder.push("").data).toEqual(["1", "2", "three"]);
});

test("also a Buffer's, whose slice() would be no copy, when a callback pushes it", () => {
  const nested = Buffer.from("data: inner\n\n");
  const seen: string[] = [];
  const parser = new EventParser({
    onEvent: ({ data }) => {
      seen.push(data);
      if (data !== "outer") return;
      parser.push(nested);
      nested.fill("x");
    },
  });
  parser.push(Buffer.from("data: outer\n\n"));
  expect(seen).toEqual(["outer", "inner"]);
});

test("push refuses what is not bytes", () => {
  const { parser } = new Recorder();
  expect(() => parser.push("data: 1\n\n" as unknown as Uint8Array)).toThrow(TypeError);
});

test("a type that is remembered survives the memory it came in", () => {
  const recorder = new Recorder();
  const chunk = Buffer.from("event: one\n");
  recorder.push(chunk);
  chunk.set(Buffer.from("event: old\n"));
  recorder.push("data\n\n", chunk, "data\n\n");
  expect(recorder.calls.map((call) => call.kind === "event" && call.event.event)).toEqual(["one", "old"]);
});

test("the LF of a CR that ended the chunk of a throw is not a blank line", () => {
  const recorder = throwingAt(0);
  expect(() => recorder.push("data: 1\n: c\r")).toThrow(boom);
  expect(recorder.push("\ndata: 2\n\n").log).toEqual([": c", "1\n2"]);
});
