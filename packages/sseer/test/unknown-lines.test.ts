import { EventParser } from "sseer";
import { expect, test } from "vitest";
import { Recorder } from "./support/recorder.js";

const encoder = new TextEncoder();

test.each([
  'error: {"code":400}',
  '{"error":{"message":"no"}}',
  "bare text",
  "dat: x",
  "datas: x",
  "Data: x",
  " data: x",
  "retr",
  "retry2: 5",
  "rest",
  "é: x",
  "\uFEFFdata: x",
  "x:",
])("onUnknown gets all of %j, at its line end, before the events that follow", (line) => {
  const recorder = new Recorder({}, { ignored: true }).push(`\uFEFF: c\n${line}`);
  expect(recorder.log).toEqual([": c"]);
  expect(recorder.push(`\r\ndata: 1\n\n${line}\rretry: 5\n`).log).toEqual([
    ": c",
    `? ${line}`,
    "1",
    `? ${line}`,
    "retry 5",
  ]);
});

test.each([
  "data",
  "data: x",
  "event",
  "event: x",
  "id",
  "id: 5",
  "id: \0",
  "retry",
  "retry: soon",
  "retry:",
  ": c",
  "",
])("%j is no unknown line", (line) => {
  expect(new Recorder({}, { ignored: true }).push(`${line}\n`).log.filter((call) => call.startsWith("?"))).toEqual([]);
});

test("an unknown line leaves the event around it as it is", () => {
  const recorder = new Recorder({}, { ignored: true }).push("event: e\ndata: 1\nfoo\ndata: 2\nid: 7\nbar\n\n");
  expect(recorder.calls).toEqual([
    { kind: "unknown", line: "foo" },
    { kind: "unknown", line: "bar" },
    { kind: "event", event: { event: "e", data: "1\n2", id: "7" } },
  ]);
});

test("a sink without onUnknown ignores unknown lines, also where it takes comments", () => {
  expect(new Recorder().push("foo\n: c\nbar: x\ndata: 1\n\n").log).toEqual([": c", "1"]);
});

test("a sink that takes unknown lines needs no onComment", () => {
  const lines: string[] = [];
  const parser = new EventParser({ onEvent: () => {}, onUnknown: (line) => lines.push(line) });
  parser.push(encoder.encode(": c\nfoo\nretry: 5\n: d\n\n"));
  expect(lines).toEqual(["foo"]);
});
