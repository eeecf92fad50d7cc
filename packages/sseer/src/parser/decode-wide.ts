import type { NodeBuffer } from "./decoders.js";

/** The longest text for `decodeWide`, in bytes: `transcode` is faster for more. */
export const DECODE_WIDE_UP_TO = 900;

/** The code units of the text, which has at most as many as bytes. */
const units = new Uint16Array(DECODE_WIDE_UP_TO);
const unitBytes = new Uint8Array(units.buffer);

/** `ucs2Slice` takes the low byte of a unit first, and `units` has the order of the processor. */
export const isLittleEndian: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Decodes UTF-8 of at most `DECODE_WIDE_UP_TO` bytes. Returns `undefined` when it is not valid.
 *
 * The other decoders need a view of the bytes, which costs as much as the decoding of 40 of them. A run of ASCII has a
 * loop of its own, and so has a run of characters of three bytes, where one comparison checks the marks of all three.
 */
export function decodeWide(
  bytes: Uint8Array,
  start: number,
  end: number,
  { latin1Slice, ucs2Slice }: Pick<NodeBuffer, "latin1Slice" | "ucs2Slice">,
): string | undefined {
  const lastTriple = end - 3;
  let at = start;
  let length = 0;
  while (at < end) {
    let byte = bytes[at] as number;
    while (byte < 0x80) {
      units[length++] = byte;
      if (++at === end) break;
      byte = bytes[at] as number;
    }
    while (at <= lastTriple) {
      const triple = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
      if ((triple & 0xf0_c0_c0) !== 0xe0_80_80) break;
      const unit = ((triple >> 4) & 0xf000) | ((triple >> 2) & 0x0fc0) | (triple & 0x3f);
      // A form that is too long, or a surrogate.
      if (unit < 0x800 || unit >> 11 === 0x1b) return undefined;
      units[length++] = unit;
      at += 3;
    }
    if (at === end) break;
    byte = bytes[at] as number;
    if (byte < 0x80) continue;
    const second = (bytes[at + 1] as number) ^ 0x80;
    if (byte >= 0xc2 && byte < 0xe0 && at + 1 < end) {
      if (second > 0x3f) return undefined;
      units[length++] = ((byte & 0x1f) << 6) | second;
      at += 2;
    } else if (byte >= 0xf0 && byte < 0xf5 && at + 3 < end) {
      const third = (bytes[at + 2] as number) ^ 0x80;
      const fourth = (bytes[at + 3] as number) ^ 0x80;
      const point = ((byte & 0x07) << 18) | (second << 12) | (third << 6) | fourth;
      if ((second | third | fourth) > 0x3f || point < 0x1_0000 || point > 0x10_ffff) return undefined;
      units[length++] = 0xd7c0 + (point >> 10);
      units[length++] = 0xdc00 | (point & 0x3ff);
      at += 4;
    } else {
      return undefined;
    }
  }
  // ASCII after all: a string of one byte a character takes half the memory.
  if (length === end - start) return latin1Slice.call(bytes, start, end);
  return ucs2Slice.call(unitBytes, 0, 2 * length);
}
