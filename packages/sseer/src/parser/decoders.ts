import { DECODE_WIDE_UP_TO, decodeWide } from "./decode-wide.js";

/**
 * Decodes the UTF-8 of `bytes` from `start` to `end` as the Encoding standard says, and keeps U+FEFF.
 */
export type DecodeUtf8 = (bytes: Uint8Array, start: number, end: number) => string;

/** The decoders of one runtime. */
export interface Decoders {
  /** For any text. */
  readonly decode: DecodeUtf8;
  /** For text that is probably not ASCII. */
  readonly decodeWide: DecodeUtf8;
}

type Slice = (this: Uint8Array, start: number, end: number) => string;

/** The functions of Node's `Buffer` and `node:buffer` that are used here. They also take a plain Uint8Array. */
export interface NodeBuffer {
  readonly utf8Slice: Slice;
  readonly latin1Slice: Slice;
  readonly ucs2Slice: Slice;
  readonly isAscii: (bytes: Uint8Array) => boolean;
  readonly isUtf8: (bytes: Uint8Array) => boolean;
  readonly transcode: (bytes: Uint8Array, from: "utf8", to: "ucs2") => Uint8Array;
}

/** The length in bytes from which a call of `isAscii` saves time. */
const CHECK_ASCII_FROM = 2048;
const decoderOptions = { ignoreBOM: true };

/** `TextDecoder`, which every runtime has. */
export function textDecoderDecoders(): Decoders {
  const decoder = new TextDecoder("utf-8", decoderOptions);
  const decode: DecodeUtf8 = (bytes, start, end) => decoder.decode(bytes.subarray(start, end));
  return { decode, decodeWide: decode };
}

/** `utf8Slice`, for versions of Node where it is fast for all text. */
export function bufferDecoders({ utf8Slice }: Pick<NodeBuffer, "utf8Slice">): Decoders {
  const decode: DecodeUtf8 = (bytes, start, end) => utf8Slice.call(bytes, start, end);
  return { decode, decodeWide: decode };
}

/**
 * For Node 20 and 22, where `utf8Slice` takes 2 to 3 ns a byte unless all bytes are ASCII. `transcode` takes 0.7 ns a
 * byte, but first makes two buffers.
 */
export function slowUtf8SliceDecoders(buffer: NodeBuffer): Decoders {
  const { utf8Slice, latin1Slice, ucs2Slice, isAscii, isUtf8, transcode } = buffer;

  const decodeAnyWide: DecodeUtf8 = (bytes, start, end) => {
    if (end - start <= DECODE_WIDE_UP_TO) {
      return decodeWide(bytes, start, end, buffer) ?? utf8Slice.call(bytes, start, end);
    }
    const view = bytes.subarray(start, end);
    if (!isUtf8(view)) return utf8Slice.call(bytes, start, end);
    const units = transcode(view, "utf8", "ucs2");
    return ucs2Slice.call(units, 0, units.length);
  };
  const decode: DecodeUtf8 = (bytes, start, end) => {
    if (end - start < CHECK_ASCII_FROM) return utf8Slice.call(bytes, start, end);
    if (isAscii(bytes.subarray(start, end))) return latin1Slice.call(bytes, start, end);
    return decodeAnyWide(bytes, start, end);
  };
  return { decode, decodeWide: decodeAnyWide };
}
