import * as fc from "fast-check";

const encoder = new TextEncoder();

const name = fc.oneof(
  { weight: 6, arbitrary: fc.constant("data") },
  {
    weight: 6,
    arbitrary: fc.constantFrom("event", "id", "retry", ""),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "dat",
      "dataa",
      "Data",
      "data ",
      " data",
      "events",
      "even",
      "i",
      "ids",
      "retr",
      "\0data",
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom("d", "x", "\uFEFFdata", "datä", "é", "id\0") },
);

const separator = fc.constantFrom(": ", ": ", ": ", ":", ":", ":  ", "", "::", ":\t", " :");

const value = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 20 }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom("", "", "5", "10", "007", "1e3", "+1", "١", "99999999999999999999", " ", "a:b"),
  },
  { weight: 3, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "\0",
      "a\0b",
      "\uFEFF",
      "\uFEFFa",
      "\uFFFD",
      "漢字かな交じり文",
      "👩‍👩‍👧‍👦 é",
      "\u2028\u0085\v\f",
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("x", "0", "é", "字", "😀"), fc.integer({ min: 20, max: 400 }))
      .map(([unit, times]) => unit.repeat(times)),
  },
);

/** Mostly one kind of line end in a stream, as servers write them, and sometimes a mix. */
const lineEnds = fc.oneof(
  fc.constantFrom(["\n"], ["\n"], ["\r\n"], ["\r"]),
  fc.constant(["\n", "\r", "\r\n"]),
  fc.constant(["\n", "\n", "\n", "\n", "\n", "\r"]),
);

const line = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(name, separator, value).map((parts) => parts.join("").replaceAll(/[\r\n]/g, "")) },
  { weight: 3, arbitrary: fc.constant("") },
);

/** Streams from the grammar of the standard, with some names and values that are nearly valid. */
export const grammarStream: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom("", "", "", "\uFEFF", "\uFEFF\uFEFF"),
    lineEnds,
    fc.array(fc.tuple(line, fc.nat()), { maxLength: 30, size: "max" }),
    fc.oneof(fc.constant(""), line),
  )
  .map(([mark, ends, lines, unfinished]) => {
    const text = lines.map(([content, pick]) => content + (ends[pick % ends.length] ?? ""));
    return encoder.encode(mark + text.join("") + unfinished);
  });

const structural = encoder.encode("data:\n\r \n\nid:event:retry:0");
const trouble = Uint8Array.of(
  0xef,
  0xbb,
  0xbf,
  0xef,
  0xbb,
  0,
  0x80,
  0xc3,
  0xa9,
  0xe2,
  0x82,
  0xac,
  0xf0,
  0x9f,
  0x98,
  0x80,
  0xff,
  0xc0,
  0xed,
  0xa0,
  0xf4,
  0x90,
);

/** Random bytes, most of them characters that have a meaning for a parser. */
export const byteSoup: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...structural) },
      { weight: 2, arbitrary: fc.constantFrom(...trouble) },
      { weight: 1, arbitrary: fc.nat(255) },
      { weight: 3, arbitrary: fc.constantFrom("data", "data:", "\n\n", "event:", "id:", "retry:", "\r\n", "\uFEFF") },
    ),
    { maxLength: 150, size: "max" },
  )
  .map((parts) =>
    concatBytes(parts.map((part) => (typeof part === "string" ? encoder.encode(part) : Uint8Array.of(part)))),
  );

/** A stream with a few changes: a byte replaced, a part removed, or a part repeated. */
export const mutatedStream: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.oneof(grammarStream, byteSoup),
    fc.array(fc.tuple(fc.nat(2), fc.nat(), fc.nat(12), fc.constantFrom(...structural, ...trouble)), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([bytes, damages]) => {
    let stream = bytes;
    for (const [kind, place, length, byte] of damages) {
      const at = place % (stream.length + 1);
      const [before, part, after] = [
        stream.subarray(0, at),
        stream.subarray(at, at + length),
        stream.subarray(at + length),
      ];
      if (kind === 0) stream = concatBytes([before, Uint8Array.of(byte), stream.subarray(at + 1)]);
      else if (kind === 1) stream = concatBytes([before, after]);
      else stream = concatBytes([before, part, part, after]);
    }
    return stream;
  });

export const anyStream: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 3, arbitrary: grammarStream },
  { weight: 1, arbitrary: byteSoup },
  { weight: 2, arbitrary: mutatedStream },
);

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
