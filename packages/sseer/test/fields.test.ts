import { expect, test } from "vitest";
import { parseReference, withoutIgnored } from "./support/reference-parser.js";
import { Recorder } from "./support/recorder.js";

const only = (stream: string): unknown => {
  const { calls } = new Recorder().push(stream);
  // Each example is also compared with the reference parser, so a mistake in only one of them is found.
  expect(calls).toEqual(withoutIgnored(parseReference(new TextEncoder().encode(stream)).calls));
  expect(calls).toHaveLength(1);
  return calls[0]?.kind === "event" ? calls[0].event : calls[0];
};

test("an event without a type is a message, without an id has the empty one, and has no retry key", () => {
  expect(only("data: x\n\n")).toStrictEqual({ event: "message", data: "x", id: "" });
});

test("every field of a block is in its event", () => {
  expect(only("event: trade\nid: 5\nretry\ndata: x\n\n")).toStrictEqual({ event: "trade", data: "x", id: "5" });
});

test("one space after the colon is dropped, and only one", () => {
  expect(only("data:x\n\n")).toMatchObject({ data: "x" });
  expect(only("data:  x \n\n")).toMatchObject({ data: " x " });
  expect(only("data:\tx\n\n")).toMatchObject({ data: "\tx" });
  expect(only("data: :x\n\n")).toMatchObject({ data: ":x" });
});

test("a block without data is not dispatched", () => {
  const stream = "event: a\nid: 1\n\n\n\nretry\n\n";
  expect(new Recorder().push(stream).calls).toEqual([]);
});

test("a type without data does not stay for the next block", () => {
  expect(only("event: a\n\ndata: x\n\n")).toMatchObject({ event: "message" });
});

test("data without a value is an empty string, and two of them a line feed", () => {
  expect(only("data\n\n")).toMatchObject({ data: "" });
  expect(only("data:\n\n")).toMatchObject({ data: "" });
  expect(only("data: \n\n")).toMatchObject({ data: "" });
  expect(only("data\ndata\n\n")).toMatchObject({ data: "\n" });
  expect(only("data:\ndata: x\ndata\n\n")).toMatchObject({ data: "\nx\n" });
});

test("other fields may lie between data lines", () => {
  expect(only("data: 1\nid: 5\ndata: 2\nevent: e\nother\ndata: 3\n\n")).toEqual({
    event: "e",
    data: "1\n2\n3",
    id: "5",
  });
});

test("`event` or `event:` with no value resets the type to the default; the last type of a block counts", () => {
  expect(only("event: a\nevent: b\ndata\n\n")).toMatchObject({ event: "b" });
  expect(only("event: a\nevent\ndata\n\n")).toMatchObject({ event: "message" });
  expect(only("event: a\nevent:\ndata\n\n")).toMatchObject({ event: "message" });
  expect(only("event: a\nevent: \ndata\n\n")).toMatchObject({ event: "message" });
});

test("types with the same beginning stay different", () => {
  const types = [
    "trade",
    "trades",
    "trad",
    "trade",
    "tradf",
    "",
    "message",
    "é",
    "e",
    "é",
    "x".repeat(300),
    "x".repeat(301),
  ];
  const stream = types.map((type) => `event: ${type}\ndata\n\n`).join("");
  const { calls } = new Recorder().push(stream);
  expect(calls.map((call) => call.kind === "event" && call.event.event)).toEqual(
    types.map((type) => type || "message"),
  );
});

test("field names are exact", () => {
  const names = ["Data", "DATA", "data ", " data", "dataa", "dat", "\0data", "datä", "\uFEFFdata", "d"];
  for (const name of names) expect(new Recorder().push(`\n${name}: x\n\n`).calls).toEqual([]);
});

test("a line that is only a name, or has an unknown one, changes nothing", () => {
  expect(only("x\nfoo: bar\ndata: 1\nidd: 5\ni: 6\nevents: e\nretry5\n\n")).toEqual({
    event: "message",
    data: "1",
    id: "",
  });
});

test("a comment is handed over less one space, at its place", () => {
  expect(new Recorder().push(":\n: a\n:  b\n:c:d\ndata: 1\n: e\ndata: 2\n\n:f\r\n").log).toEqual([
    ": ",
    ": a",
    ":  b",
    ": c:d",
    ": e",
    "1\n2",
    ": f",
  ]);
});
