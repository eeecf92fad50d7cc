import {
  bufferDecoders,
  type Decoders,
  type DecodeUtf8,
  type NodeBuffer,
  slowUtf8SliceDecoders,
  textDecoderDecoders,
} from "./decoders.js";

// What Node has, reached without an import, which other runtimes could not resolve.
const { Buffer, process } = globalThis as {
  readonly Buffer?: { readonly prototype: Partial<NodeBuffer> };
  readonly process?: { readonly getBuiltinModule?: (name: string) => Partial<NodeBuffer> | undefined };
};

/** So many times faster is a difference, and not a busy machine. */
const MIN_SPEEDUP = 1.5;

/**
 * The decoders of this runtime, chosen once, by trying them: which one wins changes from one version of a runtime to
 * the next. All of them decode alike, so a wrong choice on a busy machine costs time, never correctness.
 */
function chooseDecoders(): Decoders & { readonly name: string } {
  const standard = { name: "TextDecoder", ...textDecoderDecoders() };
  const { utf8Slice, latin1Slice, ucs2Slice } = Buffer?.prototype ?? {};
  if (utf8Slice === undefined) return standard;

  const buffer = bufferDecoders({ utf8Slice });
  const short = sample("data: a line of a stream, such as most are\n\n", 1);
  // A Buffer that is itself written in JavaScript, as on some runtimes, is no gain.
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

/** Milliseconds of the fastest of a few tries. */
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

/** Which decoders were chosen. */
export const decoderName: string = chosen.name;

/** Decodes whole lines of any text. */
export const decodeUtf8: DecodeUtf8 = chosen.decode;

/** Decodes whole lines of text that is probably not ASCII. */
export const decodeWide: DecodeUtf8 = chosen.decodeWide;
