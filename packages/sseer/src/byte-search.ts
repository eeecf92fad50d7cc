const LF = 0x0a;
const CR = 0x0d;

/** How many bytes the search for a line end takes at first. */
const FIRST_STEP = 4096;

type Search = (this: Uint8Array, byte: number, from: number) => number;

// Node's own searches are the fastest, and take a plain Uint8Array too; no import is needed to reach them.
const { Buffer } = globalThis as {
  readonly Buffer?: { readonly prototype: { readonly indexOf: Search; readonly lastIndexOf: Search } };
};
const { indexOf, lastIndexOf }: { readonly indexOf: Search; readonly lastIndexOf: Search } =
  Buffer?.prototype ?? Uint8Array.prototype;

/** The place of the first `byte` at or after `from`, or -1. */
export function indexOfByte(bytes: Uint8Array, byte: number, from: number): number {
  return indexOf.call(bytes, byte, from);
}

/** The place after the last line end at or after `from`; `from` when there is none. */
export function afterLastLineEnd(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  if (bytes[length - 1] === LF) return length;
  const lf = lastIndexOf.call(bytes, LF, length - 1);
  // Only what follows the last LF is searched for CR: all of it would be a second search of every chunk.
  const afterLf = lf < from ? from : lf + 1;
  if (indexOf.call(bytes, CR, afterLf) === -1) return afterLf;
  return lastIndexOf.call(bytes, CR, length - 1) + 1;
}

/** The place after some line end at or after `from`, with whole lines before it; -1 when there is none. */
export function afterAnyLineEnd(bytes: Uint8Array, from: number): number {
  const lf = indexOf.call(bytes, LF, from);
  if (lf !== -1) return lf + 1;
  const cr = indexOf.call(bytes, CR, from);
  return cr === -1 ? -1 : cr + 1;
}

/**
 * The place after the next line end, which there is, at or after `from`.
 *
 * Goes in growing steps, each searched for both kinds of line end: a search of all bytes for the kind that does not occur
 * would be repeated for each line.
 */
export function afterNextLineEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let step = FIRST_STEP; ; step *= 2) {
    const view = bytes.subarray(at, at + step);
    const lf = indexOf.call(view, LF, 0);
    const cr = indexOf.call(lf === -1 ? view : view.subarray(0, lf), CR, 0);
    const lineEnd = cr === -1 ? lf : cr;
    if (lineEnd !== -1 || at + step >= bytes.length) {
      const next = at + lineEnd + 1;
      return bytes[next - 1] === CR && bytes[next] === LF ? next + 1 : next;
    }
    at += step;
  }
}
