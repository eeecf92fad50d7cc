import { expect, test } from "vitest";
import { Recorder } from "./support/recorder.js";

test.each(["data: half", "data: x\n", "data: x\r\n", "event: e\ndata: x\nid: 5\n", "retry: 5", "\uFEFF", "id: 1"])(
  "an event unfinished at the end is discarded: %j",
  (unfinished) => {
    const recorder = new Recorder().push("data: 1\n\n", unfinished);
    recorder.parser.end();
    recorder.push("\ndata: 2\n\n");
    expect(recorder.calls).toEqual([
      { kind: "event", event: { event: "message", data: "1", id: "" } },
      { kind: "event", event: { event: "message", data: "2", id: "" } },
    ]);
  },
);

test("a CR at the end swallows no LF of the next stream", () => {
  const recorder = new Recorder().push("data: 1\n\r");
  recorder.parser.end();
  expect(recorder.push("\ndata: 2\n\n").data).toEqual(["1", "2"]);
});

test("end() may be called on an empty stream, and twice", () => {
  const recorder = new Recorder();
  recorder.parser.end();
  recorder.parser.end();
  expect(recorder.push("data: 1\n\n").data).toEqual(["1"]);
});
