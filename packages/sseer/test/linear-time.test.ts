import { EventParser } from "sseer";
import { expect, test } from "vitest";

const KIB = 1024;

/** Inputs that make some parsers scan or copy the same bytes again and again; `size` in bytes. */
const inputs: [what: string, make: (size: number) => Uint8Array[]][] = [
  ["one line in tiny chunks", (size) => cut(`data: ${"x".repeat(size)}\n\n`, 1)],
  ["one line in small chunks", (size) => cut(`data: ${"x".repeat(size * 4)}\n\n`, 128)],
  ["one line of CJK in small chunks", (size) => cut(`data: ${"漢".repeat(size)}\n\n`, 100)],
  ["one comment in tiny chunks", (size) => cut(`:${"x".repeat(size)}\n\n`, 1)],
  ["LF events with one CR, in one chunk", (size) => [encode(`data: x\r\r${"data: x\n\n".repeat(size / 4)}`)]],
  ["CR events with one LF, in one chunk", (size) => [encode(`${"data: x\r\r".repeat(size / 4)}data: x\n\n`)]],
  ["small events in one chunk", (size) => [encode("data: x\n\n".repeat(size / 4))]],
  ["small events with ids and no NUL, in one chunk", (size) => [encode("id: 1\ndata: x\n\n".repeat(size / 4))]],
  ["one event of short data lines, in one chunk", (size) => [encode(`${"data: x\n".repeat(size / 4)}\n`)]],
  ["one event of short data lines, in tiny chunks", (size) => cut(`${"data: x\n".repeat(size / 8)}\n`, 1)],
  ["CR events without LF, in one chunk", (size) => [encode(`data: ${"x".repeat(900)}\r\r`.repeat(size / 16))]],
];

// The test measures how the time grows with the input, not the speed. Four times the input takes four times as long
// when each byte is read a fixed number of times, and sixteen times as long when the work is quadratic. The fastest of
// a few runs counts, because the machine may do other work meanwhile.
test.each(inputs)("%s: linear time", (_what, make) => {
  const [few, many] = [make(32 * KIB), make(128 * KIB)];
  let [small, large] = [time(few), time(many)];
  for (const begun = performance.now(); large / small >= 9 && performance.now() - begun < 3000;) {
    small = Math.min(small, time(few));
    large = Math.min(large, time(many));
  }
  expect(large / small).toBeLessThan(9);
});

function time(chunks: readonly Uint8Array[]): number {
  const parser = new EventParser({ onEvent() {}, onComment() {} });
  const begun = performance.now();
  for (const chunk of chunks) parser.push(chunk);
  return performance.now() - begun;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function cut(text: string, length: number): Uint8Array[] {
  const bytes = encode(text);
  const count = Math.ceil(bytes.length / length);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * length, (index + 1) * length));
}
