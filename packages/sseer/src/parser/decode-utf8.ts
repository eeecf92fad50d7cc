import {
  bufferDecoders,
  type Decoders,
  type DecodeUtf8,
  type NodeBuffer,
  slowUtf8SliceDecoders,
  textDecoderDecoders,
} from "./decoders.js";

// Node's functions, from globals: other runtimes could not resolve an import.
const { Buffer, process } = globalThis as {
  readonly Buffer?: { readonly prototype: Partial<NodeBuffer> };
  readonly process?: { readonly getBuiltinModule?: (name: string) => Partial<NodeBuffer> | undefined };
};

/** A smaller speed-up may be noise of a busy machine. */
const MIN_SPEEDUP = 1.5;

/**
 * Measures the decoders of this runtime and chooses the fastest, once. The fastest one changes from one version of a
 * runtime to the next. All decoders give the same text, so a wrong choice on a busy machine costs time only.
 */
function chooseDecoders(): Decoders & { readonly name: string } {
  const standard = { name: "TextDecoder", ...textDecoderDecoders() };
  const { utf8Slice, latin1Slice, ucs2Slice } = Buffer?.prototype ?? {};
  if (utf8Slice === undefined) return standard;

  const buffer = bufferDecoders({ utf8Slice });
  const short = sample("data: a line of a stream, such as most are\n\n", 1);
  // Some runtimes write Buffer in JavaScript; then it is not faster.
  if (timeOf(standard.decode, short) * MIN_SPEEDUP < timeOf(buffer.decode, short)) return standard;

  const { isAscii, isUtf8, transcode } = process?.getBuiltinModule?.("node:buffer") ?? {};
  if (latin1Slice && ucs2Slice && isAscii && isUtf8 && transcode) {
    const mixed = slowUtf8SliceDecoders({ utf8Slice, latin1Slice, ucs2Slice, isAscii, isUtf8, transcode });
    const wide = sample("data: 価格は一万円であり、取引量が増えています。\n\n", 40);
    if (timeOf(mixed.decodeWide, wide) * MIN_SPEEDUP < timeOf(buffer.decode, wide)) {
      return { name: "Buffer, around a slow utf8Slice", ...mixed };
    }
  }
  return { name: "Buffer", ...buffer };
}

function sample(text: string, times: number): Uint8Array {
  return new TextEncoder().encode(text.repeat(times));
}

/** The time of the fastest of a few runs, in milliseconds. */
function timeOf(decode: DecodeUtf8, bytes: Uint8Array): number {
  let fastest = Infinity;
  for (let round = 0; round < 12; round++) {
    const begun = performance.now();
    for (let time = 0; time < 4; time++) decode(bytes, 0, bytes.length);
    fastest = Math.min(fastest, performance.now() - begun);
  }
  return fastest;
}

const chosen = chooseDecoders();

/** The name of the chosen decoders, for the benchmark's report. */
export const decoderName: string = chosen.name;

/** Decodes complete lines of any text. */
export const decodeUtf8: DecodeUtf8 = chosen.decode;

/** Decodes complete lines of text that is probably not ASCII. */
export const decodeWide: DecodeUtf8 = chosen.decodeWide;
