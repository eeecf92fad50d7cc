import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { checkEveryCut } from "./support/properties.js";
import { Recorder } from "./support/recorder.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test("characters of every length may be cut anywhere", () => {
  const stream = encode("event: é\ndata: ñ 漢字 😀 \u{10FFFF} \uFFFD\nid: ключ\n\n: ¿\n");
  checkEveryCut(stream);
  expect(new Recorder().push(stream).calls[0]).toEqual({
    kind: "event",
    event: { event: "é", data: "ñ 漢字 😀 \u{10FFFF} \uFFFD", id: "ключ" },
  });
});

test.each([
  ["a lone continuation byte", [0x80], "\uFFFD"],
  ["a byte that never occurs", [0xff], "\uFFFD"],
  ["an overlong form", [0xc0, 0xaf], "\uFFFD\uFFFD"],
  ["a surrogate", [0xed, 0xa0, 0x80], "\uFFFD\uFFFD\uFFFD"],
  ["a code point over U+10FFFF", [0xf4, 0x90, 0x80, 0x80], "\uFFFD\uFFFD\uFFFD\uFFFD"],
  ["a character cut off after two bytes of three", [0xe2, 0x82], "\uFFFD"],
  ["a character cut off after three bytes of four", [0xf0, 0x9f, 0x98], "\uFFFD"],
  ["a cut-off character before a whole one", [0xe2, 0x82, 0xc3, 0xa9], "\uFFFDé"],
])("invalid UTF-8: %s becomes U+FFFD as the Encoding standard says", (_, bytes, expected) => {
  const stream = Uint8Array.from([...encode("data: a"), ...bytes, ...encode("b\ndata: "), ...bytes, 0x0a, 0x0a]);
  expect(new Recorder().push(stream).data).toEqual([`a${expected}b\n${expected}`]);
  checkEveryCut(stream);
});

test("a line end ends a cut-off character too", () => {
  const stream = Uint8Array.from([...encode("data: "), 0xf0, 0x9f, 0x0d, 0x0a, 0x0a]);
  expect(new Recorder().push(stream).data).toEqual(["\uFFFD"]);
  checkEveryCut(stream);
});

test("as many U+FFFD as bytes do not shift what follows", () => {
  const bad = Array<number>(5000).fill(0xff);
  const stream = Uint8Array.from([...encode("data: "), ...bad, ...encode("\ndata: é\ndata: x\n\nid: 7\ndata\n\n")]);
  expect(new Recorder().push(stream).data).toEqual([`${"\uFFFD".repeat(5000)}\né\nx`, ""]);
});

test.each([1, 5, 400, 100_000])("bytes of another realm are read like any others, in chunks of %i", (size) => {
  const text = "event: é\ndata: ñ 漢字 😀\nid: ключ\n\n: ¿\n".repeat(100);
  const own = new Recorder();
  const foreign = new Recorder();
  const bytes = encode(text);
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.slice(at, at + size);
    own.push(chunk);
    foreign.push(runInNewContext("new Uint8Array(list)", { list: [...chunk] }) as Uint8Array);
  }
  expect(own.calls.length).toBeGreaterThan(100);
  expect(foreign.calls).toEqual(own.calls);
});
