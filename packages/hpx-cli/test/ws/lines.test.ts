import { expect, test } from "vitest";
import { linesOf } from "../../src/ws/lines.js";

async function* chunks(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}

async function read(input: AsyncIterable<string | Uint8Array>): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(input)) lines.push(line);
  return lines;
}

test("lines end with LF or CRLF; empty ones are left out, and the last one needs no end", async () => {
  expect(await read(chunks("a\nb\r\n\r\n\nc"))).toEqual(["a", "b", "c"]);
  expect(await read(chunks())).toEqual([]);
});

test("lines are the same however the bytes are cut", async () => {
  const bytes = Buffer.from('{"a":"é€"}\r\n漢字\n');
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    expect(await read(chunks(bytes.subarray(0, cut), bytes.subarray(cut)))).toEqual(['{"a":"é€"}', "漢字"]);
  }
  expect(await read(chunks(...[...bytes].map((byte) => Uint8Array.of(byte))))).toEqual(['{"a":"é€"}', "漢字"]);
});

test("a line that does not end is an error, not memory", async () => {
  async function* endless(): AsyncGenerator<string> {
    for (;;) yield await Promise.resolve("x".repeat(1024 * 1024));
  }
  await expect(read(endless())).rejects.toThrow("standard input: a line is longer than 16777216 characters");
});
