import { expect, test } from "vitest";
import { checkEveryCut } from "./support/properties.js";
import { Recorder } from "./support/recorder.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test("BOM: exactly one, at the very start, is dropped, wherever the cuts are", () => {
  const stream = encode("\uFEFFdata: 1\n\n");
  expect(new Recorder().push(stream).data).toEqual(["1"]);
  checkEveryCut(stream);
});

test("one before a blank line leaves a blank line", () => {
  const stream = encode("\uFEFF\ndata: 1\n\n");
  expect(new Recorder().push(stream).data).toEqual(["1"]);
  checkEveryCut(stream);
});

test("BOM: a second one stays, and makes the field an unknown one", () => {
  const stream = encode("\uFEFF\uFEFFdata: 1\ndata: 2\n\n");
  expect(new Recorder().push(stream).data).toEqual(["2"]);
  checkEveryCut(stream);
});

test("BOM: one in a value, or at the start of a later line or chunk, stays", () => {
  expect(new Recorder().push("data: \uFEFF1\ndata:\uFEFF\n\n", "\uFEFFdata: 2\n\n", ":\uFEFFc\n").log).toEqual([
    "\uFEFF1\n\uFEFF",
    ": \uFEFFc",
  ]);
});

test("half of one is part of the first line", () => {
  for (const mark of [[0xef], [0xef, 0xbb], [0xef, 0xbb, 0xbe], [0xbb, 0xbf], [0xef, 0xef, 0xbb, 0xbf]]) {
    const stream = Uint8Array.from([...mark, ...encode("data: 1\ndata: 2\n\n")]);
    expect(new Recorder().push(stream).data).toEqual(["2"]);
    checkEveryCut(stream);
  }
});

test("a stream that follows a reset or an end may begin with one again", () => {
  const recorder = new Recorder().push("\uFEFFdata: 1\n\n");
  recorder.parser.end();
  recorder.push("\uFEFFdata: 2\n\n");
  recorder.parser.reset();
  expect(recorder.push("\uFEFFdata: 3\n\n").data).toEqual(["1", "2", "3"]);
});
