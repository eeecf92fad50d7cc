import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { EventParser, EventTooLargeError } from "sseer";
import { expect, test } from "vitest";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

const KIB = 1024;
const MIB = 1024 * KIB;

/** The memory in use after a full garbage collection. */
function used(): { readonly heap: number; readonly buffers: number } {
  gc();
  gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed, buffers: arrayBuffers };
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test("keeping 50 small strings out of 64 KiB chunks does not keep the chunks", () => {
  const kept: string[] = [];
  let seen = 0;
  const parser = new EventParser({
    onEvent: ({ data }) => {
      if (seen++ === 200) kept.push(data);
    },
  });
  const chunk = encode('data: {"symbol":"BTC-USD","price":"12.25","note":"an event of a common size"}\n\n'.repeat(800));
  for (let warm = 0; warm < 20; warm++) parser.push(chunk);
  kept.length = 0;
  for (let time = 0; time < 50; time++) {
    seen = 0;
    parser.push(chunk.slice());
  }
  expect(kept).toHaveLength(50);
  // The strings hold the memory that is freed with them; other memory that the engine keeps does not count.
  const held = used().heap;
  kept.length = 0;
  const theirs = held - used().heap;
  expect(theirs).toBeGreaterThan(50 * 64);
  expect(theirs).toBeLessThan(1_000_000);
});

test("a buffer that grew for one huge line is let go", () => {
  const before = used().buffers;
  const parser = new EventParser({ onEvent: () => {} });
  const piece = encode("x".repeat(64 * KIB));
  parser.push(encode("data: "));
  for (let taken = 0; taken < 8 * MIB; taken += piece.length) parser.push(piece);
  expect(used().buffers - before).toBeGreaterThan(8 * MIB);
  parser.push(encode("\n\n"));
  expect(used().buffers - before).toBeLessThan(MIB);
});

test.each([
  ["an endless line", encode("x".repeat(64 * KIB))],
  ["an endless run of data lines", encode("data:\n".repeat(10 * KIB))],
])("%s holds no more than the limit, and nothing once it was refused", (_, piece) => {
  const before = used();
  const parser = new EventParser({ onEvent: () => {} }, { maxEventSize: MIB });
  const endless = (): void => {
    for (let taken = 0; taken < 8 * MIB; taken += piece.length) parser.push(piece);
  };
  expect(endless).toThrow(EventTooLargeError);
  const after = used();
  expect(after.buffers - before.buffers).toBeLessThan(256 * KIB);
  expect(after.heap - before.heap).toBeLessThan(MIB);
});

const line: Readonly<Record<string, string>> = {
  LF: "data: x\n",
  CR: "data: x\r",
  "CR LF": "data: x\r\n",
  CJK: "data: 漢\n",
};
// As a tree of its pieces, which is what the engine makes of additions, the text would take 7 MB, and a longer one would be
// slow to build and to read.
test.each(Object.entries(line))(
  "an unfinished event of many data lines takes the memory of its text: %s",
  (_, text) => {
    for (const linesInChunk of [1, 16, 120 * KIB]) {
      const parser = new EventParser({ onEvent() {} });
      const chunk = encode(text.repeat(linesInChunk));
      const before = used().heap;
      for (let lines = 0; lines < 120 * KIB; lines += linesInChunk) parser.push(chunk);
      expect(used().heap - before).toBeLessThan(2 * MIB);
      parser.end();
    }
  },
);
