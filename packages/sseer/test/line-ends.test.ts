import { expect, test } from "vitest";
import { cutByLengths } from "./support/cuts.js";
import { checkEveryCut } from "./support/properties.js";
import { Recorder } from "./support/recorder.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([
  ["LF", "\n"],
  ["CR", "\r"],
  ["CRLF", "\r\n"],
])("%s ends a line", (_, end) => {
  const stream = ["event: trade", "data: 1", "data: 2", "", "data: 3", "", ""].join(end);
  expect(new Recorder().push(stream).data).toEqual(["1\n2", "3"]);
  checkEveryCut(encode(stream));
});

test("line ends may be mixed, and cut anywhere", () => {
  const stream = encode("data: 1\r\ndata: 2\rdata: 3\n\rdata: 4\n\ndata: 5\r\r\ndata: 6\r\n\r\n: c\r\n");
  expect(new Recorder().push(stream).log).toEqual(["1\n2\n3", "4", "5", "6", ": c"]);
  checkEveryCut(stream, 80);
});

test("CR and LF on both sides of a cut are one line end", () => {
  expect(new Recorder().push("data: 1\r", "\ndata: 2\r", "\n", "\r", "\n").data).toEqual(["1\n2"]);
});

test("an event is out at the byte that completes its blank line", () => {
  for (const end of ["\n\n", "\r\r", "\r\n\r", "\n\r", "\r\n\n"]) {
    const recorder = new Recorder().push(`data: 1${end.slice(0, -1)}`);
    expect(recorder.data).toEqual([]);
    expect(recorder.push(end.slice(-1)).data).toEqual(["1"]);
  }
});

test("the LF after the CR that dispatched an event is not another blank line", () => {
  expect(new Recorder().push("id: 1\n\r", "\nid: 2\ndata\n\r", "\n").calls).toEqual([
    { kind: "event", event: { event: "message", data: "", id: "2" } },
  ]);
});

test("other characters that some call line ends are not", () => {
  const value = "a\u2028b\u2029c\u0085d\ve\ff";
  expect(new Recorder().push(`data: ${value}\n\n`).data).toEqual([value]);
});

test("empty chunks change nothing", () => {
  const chunks = cutByLengths(encode("data: 1\r\n\r\n"), [1, 0]);
  expect(new Recorder().push("", ...chunks, "").data).toEqual(["1"]);
});

test("a CR and its LF stay together wherever a long chunk is divided", () => {
  const long = "x".repeat(5000);
  for (let length = 1; length < 5000; length++) {
    const first = "y".repeat(length);
    const recorder = new Recorder().push(`data: ${first}\r\ndata: ${long}\r\n\r\n`);
    // One assertion for all: five thousand assertions on long strings would take most of the test's time.
    if (recorder.data.length !== 1 || recorder.data[0] !== `${first}\n${long}`) expect(length).toBe("no such place");
  }
  expect.assertions(0);
});
