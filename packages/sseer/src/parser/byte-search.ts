const LF = 0x0a;
const CR = 0x0d;

/** The length of the first step of a search for a line end, in bytes. */
const FIRST_STEP = 4096;

type Search = (this: Uint8Array, byte: number, from: number) => number;

// Node's own searches are the fastest. They also take a plain Uint8Array, and the global `Buffer` needs no import.
const { Buffer } = globalThis as {
  readonly Buffer?: { readonly prototype: { readonly indexOf: Search; readonly lastIndexOf: Search } };
};
const { indexOf, lastIndexOf }: { readonly indexOf: Search; readonly lastIndexOf: Search } =
  Buffer?.prototype ?? Uint8Array.prototype;

/** The position of the first `byte` at or after `from`, or -1. */
export function indexOfByte(bytes: Uint8Array, byte: number, from: number): number {
  return indexOf.call(bytes, byte, from);
}

/** The position of the last `byte` at or before `from`, or -1. */
export function lastIndexOfByte(bytes: Uint8Array, byte: number, from: number): number {
  return lastIndexOf.call(bytes, byte, from);
}

/** The position after the last line end at or after `from`; `from` when there is none. */
export function afterLastLineEnd(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  if (bytes[length - 1] === LF) return length;
  const lf = lastIndexOf.call(bytes, LF, length - 1);
  // The search for CR covers only the bytes after the last LF: with all bytes, every chunk would be searched twice.
  const afterLf = lf < from ? from : lf + 1;
  if (indexOf.call(bytes, CR, afterLf) === -1) return afterLf;
  return lastIndexOf.call(bytes, CR, length - 1) + 1;
}

/** The position after any line end at or after `from`, so that complete lines are before it; -1 when there is none. */
export function afterAnyLineEnd(bytes: Uint8Array, from: number): number {
  const lf = indexOf.call(bytes, LF, from);
  if (lf !== -1) return lf + 1;
  const cr = indexOf.call(bytes, CR, from);
  return cr === -1 ? -1 : cr + 1;
}

/**
 * The position after the next line end at or after `from`. The caller knows that there is one.
 *
 * The search goes in growing steps and looks for both kinds of line end in each. A stream mostly has only one kind, so
 * a search of all bytes for the other kind would run to the end again for each line.
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
