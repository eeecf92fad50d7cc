import * as buffer from "node:buffer";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decoderName } from "../src/parser/decode-utf8.js";
import { bufferDecoders, type NodeBuffer, slowUtf8SliceDecoders, textDecoderDecoders } from "../src/parser/decoders.js";
import { byteSoup, concatBytes } from "./support/streams.js";

const node = { ...buffer, ...methods(buffer.Buffer.prototype) } as unknown as NodeBuffer;

function methods(prototype: object): Record<string, unknown> {
  return Object.fromEntries(
    ["utf8Slice", "latin1Slice", "ucs2Slice"].map((name) => [name, Reflect.get(prototype, name)]),
  );
}

const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.constantFrom("漢字かな交じり文", "\uFEFF", "é", "😀"),
);

/** Text of all lengths for which a decoder takes another way, valid and invalid. */
const texts = fc
  .tuple(
    fc.oneof(
      text.map((value) => new TextEncoder().encode(value)),
      byteSoup,
    ),
    fc.integer({ min: 1, max: 200 }),
  )
  .map(([bytes, times]) => concatBytes(Array<Uint8Array>(times).fill(bytes)));

describe.each([
  ["TextDecoder", textDecoderDecoders()],
  ["Buffer", bufferDecoders(node)],
  ["Buffer, around a slow utf8Slice", slowUtf8SliceDecoders(node)],
])("%s", (_, { decode, decodeWide }) => {
  test("decodes any text as the Encoding standard says, wherever they lie in the bytes", () => {
    fc.assert(
      fc.property(texts, fc.nat(9), (bytes, before) => {
        const expected = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
        const within = concatBytes([new Uint8Array(before).fill(0xe2), bytes, Uint8Array.of(0x82, 0xac)]);
        expect(decode(within, before, before + bytes.length)).toBe(expected);
        expect(decodeWide(within, before, before + bytes.length)).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });
});

test("the choice is one of them", () => {
  expect(["TextDecoder", "Buffer", "Buffer, around a slow utf8Slice"]).toContain(decoderName);
});
