import * as buffer from "node:buffer";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseDecoders, decoders } from "../src/parser/decode-utf8.js";
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
  expect(["TextDecoder", "Buffer", "Buffer, around a slow utf8Slice"]).toContain(decoders().name);
});

// As the parser sees them, and not as the types of Node have them.
const { Buffer } = buffer as unknown as { readonly Buffer: { readonly prototype: Partial<NodeBuffer> } };

test.each([
  ["without a TextDecoder: Buffer", { Buffer }, "Buffer"],
  ["without a Buffer: TextDecoder", { TextDecoder }, "TextDecoder"],
])("a runtime %s", (_, runtime, name) => {
  const { decode, name: chosen } = chooseDecoders(runtime);
  expect(chosen).toBe(name);
  expect(decode(new TextEncoder().encode("data: é"), 6, 8)).toBe("é");
});

test("a runtime whose getBuiltinModule throws has the rest", () => {
  const process = {
    getBuiltinModule: () => {
      throw new Error("not supported in the Edge Runtime");
    },
  };
  expect(["Buffer", "TextDecoder"]).toContain(chooseDecoders({ Buffer, TextDecoder, process }).name);
});

test("a runtime without any decoder is an error of the first parser", () => {
  expect(() => chooseDecoders({})).toThrow("sseer needs a TextDecoder, and this runtime has none");
});
