import { expect, test } from "vitest";
import { Recorder } from "./support/recorder.js";

test("retry takes effect as its line ends, dispatched or not", () => {
  const recorder = new Recorder().push("retry: 5");
  expect(recorder.log).toEqual([]);
  expect(recorder.push("\n").log).toEqual(["retry 5"]);
  expect(recorder.push("\nretry: 6\rdata: x\n\n").log).toEqual(["retry 5", "retry 6", "x"]);
});

test("an event carries the retry of its own block, the last one", () => {
  expect(new Recorder().push("retry: 1\nretry: 2\ndata: x\n\ndata: y\n\nretry: 3\n\ndata: z\n\n").calls).toStrictEqual([
    { kind: "retry", milliseconds: 1 },
    { kind: "retry", milliseconds: 2 },
    { kind: "event", event: { event: "message", data: "x", id: "", retry: 2 } },
    { kind: "event", event: { event: "message", data: "y", id: "" } },
    { kind: "retry", milliseconds: 3 },
    { kind: "event", event: { event: "message", data: "z", id: "" } },
  ]);
});

test.each([
  ["0", 0],
  ["007", 7],
  ["99999999999", 99_999_999_999],
  ["99999999999999999999", Number.MAX_SAFE_INTEGER],
  ["9".repeat(400), Number.MAX_SAFE_INTEGER],
])("%s is a number of milliseconds", (value, milliseconds) => {
  expect(new Recorder().push(`retry: ${value}\n`).log).toEqual([`retry ${milliseconds}`]);
});

test.each(["", " 5", "5 ", "-1", "+1", "1.5", "1e3", "0x10", "٣", "five", "5\0"])("%j is ignored", (value) => {
  expect(new Recorder().push(`retry: ${value}\nretry:${value === " 5" ? "" : value}\nretry\n`).log).toEqual([]);
});
