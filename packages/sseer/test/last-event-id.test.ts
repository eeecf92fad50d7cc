import { expect, test } from "vitest";
import { Recorder } from "./support/recorder.js";

const ids = (recorder: Recorder): (string | false)[] =>
  recorder.calls.map((call) => call.kind === "event" && call.event.id);

test("the parser starts with the one given, and only the server's id changes or clears it", () => {
  const recorder = new Recorder({ lastEventId: "7" });
  expect(recorder.parser.lastEventId).toBe("7");
  expect(ids(recorder.push("data\n\nid: 8\ndata\n\ndata\n\nid\ndata\n\nid: 9\nid:\ndata\n\n"))).toEqual([
    "7",
    "8",
    "8",
    "",
    "",
  ]);
  expect(recorder.parser.lastEventId).toBe("");
});

test("it moves at the blank line, not before", () => {
  const recorder = new Recorder().push("id: 1\ndata: x\n");
  expect(recorder.parser.lastEventId).toBe("");
  expect(recorder.push("\n").parser.lastEventId).toBe("1");
});

test("a block without data moves it too", () => {
  const recorder = new Recorder().push("id: 1\n\n");
  expect(recorder.parser.lastEventId).toBe("1");
  expect(ids(recorder.push("data\n\n"))).toEqual(["1"]);
});

test("within a callback it is the one of that event", () => {
  const seen: string[] = [];
  const recorder = new Recorder();
  recorder.onCall = () => seen.push(recorder.parser.lastEventId);
  recorder.push("id: 1\ndata\n\nid: 2\n: c\ndata\n\n");
  expect(seen).toEqual(["1", "1", "2"]);
});

test("an id with NUL is ignored, another one in the block is not", () => {
  expect(ids(new Recorder().push("id: 1\nid: 2\0\ndata\n\nid: \0\ndata\n\n"))).toEqual(["1", "1"]);
});

test("an id may be anything else", () => {
  const id = ' [{"offset":1}] é漢 ';
  expect(ids(new Recorder().push(`id: ${id}\ndata\n\n`))).toEqual([id]);
});

test("an unfinished block's id is gone with it", () => {
  const recorder = new Recorder().push("id: 1\ndata\n\nid: 2\ndata: half");
  recorder.parser.end();
  expect(recorder.parser.lastEventId).toBe("1");
  expect(ids(recorder.push("data\n\n"))).toEqual(["1", "1"]);
});

test("it stays over a reset, as over an event source's reconnects", () => {
  const recorder = new Recorder().push("id: 1\n\nid: 2\ndata\n");
  recorder.parser.reset();
  expect(recorder.parser.lastEventId).toBe("1");
  expect(ids(recorder.push("\ndata\n\n"))).toEqual(["1"]);
});
